/** What the set-up pages are given to work with: everything that reaches services or files comes from outside. */
import type { CustomField, NamedMerge } from "../domain/fields.ts";
import type { Language } from "../i18n/texts.ts";
import type { RunDocument } from "../plan/run-document.ts";
import type { Draft, Known } from "../setup/draft.ts";
import type { KeyTrouble } from "../setup/keys.ts";
import type { NewMerge } from "../setup/new-merge.ts";
import type { PeopleSample } from "../setup/people-sample.ts";

/** What came of trying a key: nothing wrong, or why not. A key that opens its service is kept. */
export type Tried = { readonly ok: true } | { readonly ok: false; readonly trouble: KeyTrouble };

/** The plan of the first sync, as far as it is made. */
export type Preview =
  | { readonly state: "going"; readonly read: { readonly copper: number; readonly mailchimp: number } }
  | { readonly state: "failed"; readonly error: unknown }
  | { readonly state: "ready"; readonly document: RunDocument };

/** How far everybody in Copper has been read. */
export interface PeopleRead {
  readonly sample: PeopleSample;
  readonly state: "going" | "done" | "failed";
  readonly error?: unknown;
}

/** Both accounts, as pages about fields and people look at them. */
export interface AccountReader {
  /** Returns the audience's merge fields. Throws ServiceError. */
  merges(): Promise<readonly NamedMerge[]>;
  /** Returns Copper's custom fields. Throws ServiceError. */
  customs(): Promise<readonly CustomField[]>;
  /** Returns Copper's people as far as they are read; they are read once. */
  people(): Promise<PeopleRead>;
  /** Makes a merge field in Mailchimp. @returns what Mailchimp says against it. Throws ServiceError. */
  make(wanted: NewMerge): Promise<string | undefined>;
}

/** A set-up under way. Everything it knows is in the folder: pages in several tabs, or after a restart, show the same. */
export interface SetupBackend extends AccountReader {
  known(): Known;
  /** The address that was given with the Copper key; "" for none. */
  email(): string;
  /** Whether Copper shows a key's owner some people only. */
  byTeam(): boolean;
  tryCopper(key: string, email: string): Promise<Tried>;
  tryMailchimp(key: string): Promise<Tried>;
  /** Returns the audiences that the key opens. Throws ServiceError. */
  audiences(): Promise<readonly NonNullable<Draft["audience"]>[]>;
  /** Keeps answers. */
  answer(some: Partial<Draft>): void;
  /** Returns the plan for the answers as they are, and begins to make it if there is none. */
  preview(): Preview;
  /** Drops the plan that there is: the next look makes another. */
  planAgain(): void;
  /**
   * Writes the files, closes the set-up and begins the first sync.
   * @param run the plan that was agreed to
   * @returns `false` if it is not that of the answers as they are: then nothing was done
   */
  start(run: string, language: Language): Promise<boolean>;
  /** Says what was thrown, without secrets. */
  explain(error: unknown, language: Language): string;
}
