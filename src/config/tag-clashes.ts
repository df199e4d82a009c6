/** Check for tag names that cannot be told apart. */
import { isDeletionTag } from "../domain/deletion-tag.ts";
import { type TagNames, tagKey } from "../domain/tags.ts";
import type { OnFault } from "./env-file.ts";
import { YAML_FILE } from "./yaml-faults.ts";

/**
 * Reports tags with two meanings. The archive tag must not mark people for deletion, and neither may be a status tag.
 * @param fault receives each clash
 */
export function clashes({ deletion, archive, told }: TagNames, fault: OnFault): void {
  if (isDeletionTag(archive, deletion)) fault("ARCHIVE_TAG", "clash", archive, { meant: "DELETION_TAGS" });
  const meanings = new Map([[tagKey(archive), "ARCHIVE_TAG"]]);
  for (const [state, name] of Object.entries(told)) {
    if (name === null) continue;
    const other = isDeletionTag(name, deletion) ? "DELETION_TAGS" : meanings.get(tagKey(name));
    if (other !== undefined) fault(YAML_FILE, "clash", name, { meant: `told.${state}, ${other}` });
    meanings.set(tagKey(name), `told.${state}`);
  }
}
