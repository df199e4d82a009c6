/** What the dashboard is given to work with: everything that reaches the services or the settings comes from outside. */

import type { Finding } from "../app/doctor.ts";
import type { Language } from "../i18n/texts.ts";
import type { RunDocument } from "../plan/run-document.ts";
import type { Command, CommandProgress } from "../ports/command.ts";
import type { Store } from "../ports/store.ts";
import type { SettingsEditor } from "./settings-editor.ts";
import type { Elsewhere } from "./views/layout.tsx";
import type { SettingShown } from "./views/settings.tsx";

export interface DashboardBackend {
  /** The connection's identity: what sessions and links hang on. */
  readonly id: string;
  /** The connection's name. */
  readonly name: string;
  readonly store: Store;
  /** The language of whoever has not chosen one. */
  readonly language: Language;
  /** The audience's name, for the title. */
  readonly audience: string;
  /** The tag by which somebody is archived in Copper. */
  readonly archiveTag: string;
  /** Where the services' own pages lie. */
  readonly elsewhere?: Elsewhere;
  /** Seconds between two runs. */
  readonly interval: number;
  /** What is in force and where it comes from; keys masked. */
  readonly settings: readonly SettingShown[];
  now(): number;
  /**
   * Carries out a command, and ends after the request or the decision in hand once it is stopped.
   * @returns the run's document, with what stopped it; `undefined` if the command decides on people only
   * Throws RunInProgress.
   */
  perform(command: Command, signal: AbortSignal, progress: CommandProgress): Promise<RunDocument | undefined>;
  /** `doctor`'s findings. */
  examine(language: Language): Promise<readonly Finding[]>;
  /** A run's report in words, and as a page to send. */
  report(document: RunDocument, language: Language): { readonly text: string; readonly html: string };
  /** What is thrown, in words. */
  explain(error: unknown, language: Language): string;
  /** Notifications of the two services. */
  readonly hooks: {
    /** @returns whether it was understood */
    receive(side: "copper" | "mailchimp", body: string): Promise<boolean>;
  };
  log(line: string): void;
  /** How it stands, besides its runs: whether somebody has paused it, and why it cannot run, as a code. */
  standing?(): {
    readonly paused: boolean;
    readonly trouble: string | null;
    /** When its next run is due, ms; `undefined` where that goes by the interval. */
    readonly due?: number;
    /** When what is wrong is tried again by itself, ms. */
    readonly again?: number;
    /** What is wrong and what helps, in the reader's language. */
    helps?(language: Language): string;
  };
  /** Changes its settings; absent where they cannot be changed from here. */
  readonly changing?: SettingsEditor;
  /** Writes down who asked for what, where several people have to do with it. */
  noted?(who: "operator" | "client", command: Command): void;
}
