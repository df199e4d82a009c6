/** What the set-up pages need from outside. Services and files are reached only through it. */
import type { CustomField, NamedMerge } from "../domain/fields.ts";
import type { Language } from "../i18n/texts.ts";
import type { RunDocument } from "../plan/run-document.ts";
import type { Draft, Known } from "../setup/draft.ts";
import type { KeyTrouble } from "../setup/key-trouble.ts";
import type { NewMerge } from "../setup/new-merge.ts";
import type { PeopleSample } from "../setup/people-sample.ts";

/** The result of trying a key. A key that works has been saved. */
export type Tried = { readonly ok: true } | { readonly ok: false; readonly trouble: KeyTrouble };

/** A plan that is being made in the background. */
export type Preview =
  | { readonly state: "going"; readonly read: { readonly copper: number; readonly mailchimp: number } }
  | { readonly state: "failed"; readonly error: unknown }
  | { readonly state: "ready"; readonly document: RunDocument };

/** The people read from Copper so far. */
export interface PeopleRead {
  readonly sample: PeopleSample;
  readonly state: "going" | "done" | "failed";
  readonly error?: unknown;
}

/** Reads both accounts, for the pages about fields and people. */
export interface AccountReader {
  /** Returns the audience's merge fields. @throws ServiceError */
  merges(): Promise<readonly NamedMerge[]>;
  /** Returns Copper's custom fields. @throws ServiceError */
  customs(): Promise<readonly CustomField[]>;
  /** Returns Copper's people as far as they have been read. The first call starts reading them. */
  people(): Promise<PeopleRead>;
  /**
   * Creates a merge field in Mailchimp.
   * @returns Mailchimp's reason if it refuses; `undefined` on success
   * @throws ServiceError
   */
  make(wanted: NewMerge): Promise<string | undefined>;
}

/** A set-up in progress. All answers are stored in the folder, so several tabs show the same, also after a restart. */
export interface SetupBackend extends AccountReader {
  /** Returns the answers so far, and which keys work. */
  known(): Known;
  /** Returns the email address that was given with the Copper key; "" for none. */
  email(): string;
  /** Returns whether the owner of the Copper key can see only some of the people. */
  byTeam(): boolean;
  /** Tries a Copper key, and saves it if it works. */
  tryCopper(key: string, email: string): Promise<Tried>;
  /** Tries a Mailchimp key, and saves it if it works. */
  tryMailchimp(key: string): Promise<Tried>;
  /** Returns the audiences that the key can access. @throws ServiceError */
  audiences(): Promise<readonly NonNullable<Draft["audience"]>[]>;
  /** Saves answers. */
  answer(some: Partial<Draft>): void;
  /** Returns the plan for the current answers. The first call starts making it. */
  preview(): Preview;
  /** Discards the plan, so that the next `preview` makes a new one. */
  planAgain(): void;
  /**
   * Writes the files, ends the set-up and starts the first sync.
   * @param run the id of the plan that the visitor agreed to
   * @returns `false`, without doing anything, if the answers have changed since that plan
   */
  start(run: string, language: Language): Promise<boolean>;
  /** Returns an error as a text without secrets. */
  explain(error: unknown, language: Language): string;
}
