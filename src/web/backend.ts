/** What the dashboard is given to work with: everything that reaches the services or the settings comes from outside. */

import type { Finding } from "../app/doctor.ts";
import type { Language } from "../i18n/texts.ts";
import type { Decided, Decision } from "../plan/decision.ts";
import type { RunDocument } from "../plan/run-document.ts";
import type { Command, RunCommand } from "../ports/command.ts";
import type { Store } from "../ports/store.ts";
import type { SettingsEditor } from "./settings-editor.ts";
import type { Elsewhere } from "./views/layout.tsx";
import type { SettingShown } from "./views/settings.tsx";

/** How a run goes on. */
export interface RunProgress {
  reading(side: "copper" | "mailchimp", read: number): void;
  applying(done: number, of: number): void;
  /** An account's limit is used up: nothing is sent for so many seconds. */
  waits?(service: "copper" | "mailchimp", seconds: number): void;
}

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
  /** A plan or a run. Throws RunInProgress; what stopped a run is in its document. */
  run(command: RunCommand, stop: AbortSignal, progress: RunProgress): Promise<RunDocument>;
  /** Decides on some, one by one; ends after the one in hand when stopped. */
  decide(
    ids: readonly number[],
    decision: Decision,
    forget: boolean,
    stop: AbortSignal,
    report: (done: Decided) => void,
  ): Promise<void>;
  restore(ids: readonly number[], stop: AbortSignal, report: (done: Decided) => void): Promise<void>;
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
