/** What the pages need to change settings. Files and the database are reached only through it. */
import type { Language } from "../i18n/texts.ts";
import type { Change, InForce } from "../setup/changeable-settings.ts";
import type { Line } from "../setup/mapping-lines.ts";
import type { AccountReader, Preview } from "./setup-backend.ts";

/** Changes the settings of one connection. */
export interface SettingsEditor {
  /** Returns the current values of the settings that the pages can change. */
  inForce(): InForce;
  /** Returns the lines of the mapping that override the default ones. */
  lines(): readonly Line[];
  /** Reads both accounts, for the page about fields. */
  readonly accounts: AccountReader;
  /** Returns what would be wrong with the settings after a change; `undefined` if they are valid. */
  wrong(change: Change, language: Language): string | undefined;
  /**
   * Returns what the next sync would do after a change. The first call starts the plan in the background.
   * @param id identifies the change
   */
  preview(id: string, change: Change): Preview;
  /** Saves a change, which takes effect at once. */
  save(change: Change): Promise<void>;
  /**
   * Sends a test message to every place that receives alerts.
   * @returns the errors, one for each place that failed; `undefined` if no place is set
   */
  test(language: Language): Promise<readonly string[] | undefined>;
}
