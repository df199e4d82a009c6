/** `sync.config.yaml` as `init` writes it: what an editor knows it by, what it is for, and the fields chosen. */
import { stringify } from "yaml";
import type { CustomField, FieldWish, MappedField, MergeField } from "../contact/fields.ts";

/**
 * Custom fields of Copper and merge fields of the audience that have the same name and are not mapped yet.
 * @param mapped what is mapped already
 */
export function mappable(
  mapped: readonly MappedField[],
  merges: readonly MergeField[],
  customs: readonly CustomField[],
): Pick<FieldWish, "copper" | "mailchimp">[] {
  const taken = new Set(mapped.map((one) => one.mailchimp));
  return merges
    .filter((merge) => !taken.has(merge.tag))
    .flatMap((merge) => {
      const custom = customs.find((one) => tagOf(one.name) === merge.tag);
      return custom === undefined ? [] : [{ copper: `custom:${custom.name}`, mailchimp: merge.tag }];
    });
}

/** The merge tag that Mailchimp makes of a name: ten letters and digits, without accents. */
function tagOf(name: string): string {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toUpperCase();
  return plain.replace(/[^A-Z0-9]/g, "").slice(0, 10);
}

/**
 * @param schema where editors find what may stand here
 * @param about a line for the reader
 */
export function yamlFile(
  schema: string,
  about: string,
  fields: readonly Pick<FieldWish, "copper" | "mailchimp">[],
): string {
  const lines = [`# yaml-language-server: $schema=${schema}`, `# ${about}`];
  return `${lines.join("\n")}\n${stringify({ fields })}`;
}
