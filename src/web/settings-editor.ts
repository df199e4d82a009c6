/** What the pages need to change settings: everything that reaches files or the database comes from outside. */
import type { Language } from "../i18n/texts.ts";
import type { Change, InForce } from "../setup/change.ts";
import type { Line } from "../setup/lines.ts";
import type { AccountReader, Preview } from "./setup-backend.ts";

/** Changes the settings of one connection. */
export interface SettingsEditor {
  inForce(): InForce;
  /** The lines of the mapping over the default ones. */
  lines(): readonly Line[];
  readonly accounts: AccountReader;
  /** Returns what would be wrong with the settings after a change, in words; nothing if they can be used. */
  wrong(change: Change, language: Language): string | undefined;
  /** Returns what the next sync would do after a change, and begins to find it out. @param id tells changes apart */
  preview(id: string, change: Change): Preview;
  /** Writes a change; it is in force at once. */
  save(change: Change): Promise<void>;
  /** Sends a message to every place that is told. @returns what went wrong, by place; `undefined` if there is no place */
  test(language: Language): Promise<readonly string[] | undefined>;
}
