/**
 * What the dashboard needs from outside. Services and settings are reached only through it, so pages need no adapters.
 */

import type { Finding } from "../app/doctor.ts";
import type { Language } from "../i18n/texts.ts";
import type { RunDocument } from "../plan/run-document.ts";
import type { Command, CommandProgress } from "../ports/command.ts";
import type { Store } from "../ports/store.ts";
import type { SettingsEditor } from "./settings-editor.ts";
import type { Elsewhere } from "./views/layout.tsx";
import type { SettingShown } from "./views/settings.tsx";

/** One connection, as its pages see it. */
export interface DashboardBackend {
  /** The connection's id. Sessions and access tokens are tied to it, since a name may be reused. */
  readonly id: string;
  /** The connection's name. */
  readonly name: string;
  readonly store: Store;
  /** The language for visitors who have not chosen one. */
  readonly language: Language;
  /** The audience's name, for the title. */
  readonly audience: string;
  /** The tag that marks a person as archived in Copper. */
  readonly archiveTag: string;
  /** The addresses of the services' own pages. */
  readonly elsewhere?: Elsewhere;
  /** Seconds between two runs. */
  readonly interval: number;
  /** The settings in force and where each comes from; keys are masked. */
  readonly settings: readonly SettingShown[];
  /** Returns the time (ms since 1970). */
  now(): number;
  /**
   * Carries out a command. Ends after the request or the decision in progress once it is stopped.
   * @returns the run document, which also says what stopped the run; `undefined` if the command only decides on people
   * @throws RunInProgress if another run holds the connection's lock
   */
  perform(command: Command, signal: AbortSignal, progress: CommandProgress): Promise<RunDocument | undefined>;
  /** Returns what `doctor` finds out about the connection. */
  examine(language: Language): Promise<readonly Finding[]>;
  /** Returns a run's report as text and as a standalone HTML page. */
  report(document: RunDocument, language: Language): { readonly text: string; readonly html: string };
  /** Returns an error as a text for the reader. */
  explain(error: unknown, language: Language): string;
  /** Receives the webhooks of both services. */
  readonly hooks: {
    /** @returns whether the notification could be parsed */
    receive(side: "copper" | "mailchimp", body: string): Promise<boolean>;
  };
  /** Writes a line to the log. */
  log(line: string): void;
  /** Returns the connection's state besides its runs: whether it is paused, and why it cannot run (a code). */
  standing?(): {
    readonly paused: boolean;
    readonly trouble: string | null;
    /** When the next run is due (ms since 1970); absent if that follows from the interval. */
    readonly due?: number;
    /** When the dashboard tries again to open the connection (ms since 1970). */
    readonly again?: number;
    /** Returns what is wrong and what helps, in the reader's language. */
    helps?(language: Language): string;
  };
  /** Changes the settings; absent if the dashboard cannot change them. */
  readonly changing?: SettingsEditor;
  /** Records in the audit log who asked for what; absent without an audit log. */
  noted?(who: "operator" | "client", command: Command): void;
}
