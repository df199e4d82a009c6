/** Applies outcomes to links, baselines, records and refusals, by what a side really stored, not by what we planned. */
import { addressKey } from "../domain/address.ts";
import type { Link, Member, Person, Rejection, RejectionCode } from "../domain/contact.ts";
import type { MappedField } from "../domain/fields.ts";
import { statusTagOf } from "../domain/status.ts";
import { isTaggedRejected, type TagNames } from "../domain/tags.ts";
import type { Records } from "../plan/collections.ts";
import type { Ahead } from "../plan/cursor.ts";
import { patchLink } from "../plan/links.ts";
import type { Note } from "../plan/notes.ts";
import type { FailedContact, Failure, Outcome } from "../plan/outcomes.ts";
import type { ConflictResolution, Review, StateChanges } from "../ports/store.ts";
import type { Policy } from "../reconcile/world.ts";
import { beginning, isFulfilled, linkAfter, memberAfter, reviewAfter } from "./after.ts";
import { changedMore, disbelief, type FieldsTaken, fieldsTaken, partedName } from "./answers.ts";
import { remembered } from "./not-taken.ts";
import { RunCounters } from "./run-counters.ts";

const REJECTIONS: readonly string[] = [
  "FORGOTTEN_EMAIL",
  "COMPLIANCE_STATE",
  "INVALID_ADDRESS",
] satisfies RejectionCode[];

/** Failures that are clear: the next run need not read everything again. */
const OTHERS: readonly string[] = ["FIELD_REFUSED", "NOT_TAKEN", "MOVE_REFUSED", "LATER", "ACCOUNT_LIMIT"];
const CLEAR: readonly string[] = [...REJECTIONS, ...OTHERS];

/** What a run knows before its first response. */
export interface KnownToRun extends Pick<OutcomeApplier, "persons" | "members" | "links"> {
  /** Records read, by side. */
  readonly read: { readonly copper: number; readonly mailchimp: number };
  readonly rejected: ReadonlyMap<string, string>;
  /** The last number in the order of links. */
  readonly since: number;
  /** Address keys of contacts that failed in earlier runs. */
  readonly troubles: ReadonlySet<string>;
  readonly policy: Pick<Policy, "mapped" | "tagNames">;
  /** The number of this run. */
  readonly run: number;
  /** Keys of status tags that we put on people without a member, by person. */
  readonly toldAlone: ReadonlyMap<number, readonly string[]>;
}

/** Outcomes after we checked the responses, and the changes to the store. */
export interface AppliedOutcomes {
  readonly outcomes: readonly Outcome[];
  readonly stateChanges: StateChanges;
}

/** Keeps a run's records and links up to date while responses arrive. */
export class OutcomeApplier {
  readonly persons: Records<number, Person>;
  readonly members: Records<string, Member>;
  readonly links: Records<number, Link>;
  readonly rejected: Map<string, string>;
  readonly failures: FailedContact[] = [];
  readonly notes: Note[] = [];
  readonly newlyRejected: Rejection[] = [];
  /** Contacts that failed in earlier runs and succeeded now. */
  readonly succeeded = new Set<string>();
  /** Counts of finished operations. */
  readonly counters: RunCounters;
  /** Whether a failure is unclear, so that the next run must read everything. */
  unsettled = false;
  /** Whether a response causes further work, such as a status tag in Copper (C3, C5) or a free address. */
  further = false;
  readonly #mapped: readonly MappedField[];
  readonly #tagNames: TagNames;
  readonly #troubles: ReadonlySet<string>;
  readonly #run: number;
  /** Keys of status tags that we put on people without a member, by person. */
  readonly toldAlone: Map<number, readonly string[]>;
  #since: number;
  /** Person by member key; built on first use. */
  #personOf: Map<string, number> | undefined;

  /** How far each side's clock is ahead of ours, at least (s). A timestamp is never later than its response. */
  ahead: Ahead = {};

  /** @param known changes its persons, members and links with each response */
  constructor({ read, persons, members, links, rejected, since, troubles, policy, run, toldAlone }: KnownToRun) {
    this.counters = new RunCounters(read);
    this.persons = persons;
    this.members = members;
    this.links = links;
    this.rejected = new Map(rejected);
    this.#troubles = troubles;
    this.#mapped = policy.mapped;
    this.#tagNames = policy.tagNames;
    this.#since = since;
    this.#run = run;
    this.toldAlone = new Map(toldAlone);
  }

  /** Whether both sides hold what a human wanted, or cannot. */
  fulfilled(resolution: ConflictResolution): boolean {
    const member = this.members.get(this.links.get(resolution.personId)?.memberKey ?? "");
    return isFulfilled(resolution, this.persons.get(resolution.personId), member, this.#mapped);
  }

  /** Applies outcomes; returns the changes to the store. @param now our clock (Unix seconds) */
  applyOutcomes(answers: readonly Outcome[], now: number): AppliedOutcomes {
    const persons: Person[] = [];
    const members: Member[] = [];
    const membersGone: string[] = [];
    const links: Link[] = [];
    const rejections: Rejection[] = [];
    const rejectionsLifted: string[] = [];
    const reviews: Review[] = [];
    const personsGone: number[] = [];
    const told = JSON.stringify([...this.toldAlone]);
    const outcomes: Outcome[] = [];
    for (const answered of answers) {
      const elsewhere = this.#ofSomebodyElse(answered);
      const fields = this.#fieldsOf(answered);
      const doubted = elsewhere ?? this.#disbelieved(answered, fields);
      const outcome = doubted ?? answered;
      outcomes.push(outcome);
      const { operation } = outcome;
      // Keep the record in the response even if our change was not written
      const shown = elsewhere === undefined && answered.ok ? answered : undefined;
      if (shown?.person) this.#stamped("copper", shown.person.modifiedAt - now);
      if (shown?.member) this.#stamped("mailchimp", shown.member.changedAt - now);
      if (shown?.person) {
        const before = this.persons.get(shown.person.id);
        if (changedMore(operation, before, shown.person, this.#mapped)) this.further = true;
        const link = this.links.get(shown.person.id);
        if (fields) Object.assign(fields.baseline, partedName(operation, before, shown.person, link, this.#mapped));
        persons.push(shown.person);
        this.persons.set(shown.person.id, shown.person);
      }
      const before = "member" in operation ? this.members.get(operation.member.key) : undefined;
      const member = shown && memberAfter(shown, before);
      if (member !== undefined) {
        if ("member" in operation && operation.member.key !== member.key) {
          membersGone.push(operation.member.key);
        }
        members.push(member);
        this.members.set(member.key, member);
      }
      if (!outcome.ok) {
        this.#failed(outcome, fields, links, rejections);
        continue;
      }
      this.notes.push(...(fields?.notes ?? []));
      const contact = addressKey(operation.contact);
      if (this.#troubles.has(contact)) this.succeeded.add(contact);
      this.counters.add(operation);
      if (operation.operation === "create-member") {
        if (this.rejected.delete(addressKey(operation.email))) rejectionsLifted.push(addressKey(operation.email));
        // The address is accepted now: a tag that says otherwise must go
        if (isTaggedRejected(this.persons.get(operation.personId)?.tags ?? [], this.#tagNames)) this.further = true;
        if (member !== undefined && statusTagOf(member.status) !== undefined) this.further = true;
      }
      if (operation.operation === "ignore-person") reviews.push(reviewAfter(operation));
      if (operation.operation === "delete-person") personsGone.push(operation.personId);
      if (operation.operation === "forget-member") membersGone.push(operation.member.key);
      // The old address is free now: another contact may take it
      if (operation.operation === "move-address") this.further = true;
      if (operation.operation === "tag-person" && !this.links.has(operation.personId))
        this.#toldOf(operation.personId, operation.settles.toldPut ?? []);
      const link = this.#linkAfter(outcome, member, fields);
      if (link !== undefined) this.#keep(link, links);
    }
    for (const id of personsGone) this.persons.delete(id);
    for (const key of membersGone) this.members.delete(key);
    const news = JSON.stringify([...this.toldAlone]) === told ? {} : { facts: { toldAlone: [...this.toldAlone] } };
    return {
      outcomes,
      stateChanges: {
        persons,
        personsGone,
        members,
        membersGone,
        links,
        rejections,
        rejectionsLifted,
        reviews,
        ...news,
      },
    };
  }

  #keep(link: Link, links: Link[]): void {
    links.push(link);
    this.links.set(link.personId, link);
    this.#personOf?.set(link.memberKey, link.personId);
  }

  #toldOf(personId: number, keys: readonly string[]): void {
    if (keys.length === 0) this.toldAlone.delete(personId);
    else this.toldAlone.set(personId, keys);
  }

  /** Returns which of the sent fields were written; `undefined` if no fields were sent. */
  #fieldsOf(outcome: Outcome): FieldsTaken | undefined {
    if (!outcome.ok || !("fields" in outcome.operation)) return undefined;
    const { operation } = outcome;
    const { personId = -1 } = operation;
    const [link, known] = [this.links.get(personId), this.persons.get(personId)];
    return fieldsTaken(operation, outcome, link, known, this.#mapped, this.#run);
  }

  #disbelieved(outcome: Outcome, fields: FieldsTaken | undefined): (Outcome & { ok: false }) | undefined {
    const failure = outcome.ok ? disbelief(outcome, () => fields?.taken ?? 0) : undefined;
    return failure && { operation: outcome.operation, ok: false, failure };
  }

  #stamped(side: "copper" | "mailchimp", ahead: number): void {
    this.ahead = { ...this.ahead, [side]: Math.max(ahead, this.ahead[side] ?? ahead) };
  }

  /**
   * Refuses a record that is linked to another contact: one member never gets two links. It may be the record found
   * after a lost response, or a member that took the address since we read it.
   */
  #ofSomebodyElse(outcome: Outcome): (Outcome & { ok: false }) | undefined {
    if (!outcome.ok) return undefined;
    const { operation, person, member } = outcome;
    const refused = (code: Failure["code"]): Outcome & { ok: false } => ({
      operation,
      ok: false,
      failure: { code, message: "", retry: true },
    });
    if (operation.operation === "create-person")
      return outcome.found && person && this.links.has(person.id) ? refused("ADDRESS_TAKEN") : undefined;
    const another = "member" in operation && member !== undefined && member.key !== operation.member.key;
    if (member === undefined || !(outcome.found || another)) return undefined;
    if (!this.#linkedElsewhere(member.key, operation.personId)) return undefined;
    return refused(another ? "CHANGED_MEANWHILE" : "MEMBER_EXISTS");
  }

  #linkedElsewhere(key: string, personId: number | undefined): boolean {
    this.#personOf ??= new Map(Iterator.from(this.links.values()).map((link) => [link.memberKey, link.personId]));
    const linked = this.#personOf.get(key);
    return linked !== undefined && linked !== personId && this.links.get(linked)?.memberKey === key;
  }

  #linkAfter(
    outcome: Outcome & { ok: true },
    member: Member | undefined,
    fields: FieldsTaken | undefined,
  ): Link | undefined {
    const { operation } = outcome;
    const personId = operation.operation === "create-person" ? outcome.person?.id : operation.personId;
    if (personId === undefined) return undefined;
    const creates = operation.operation === "create-member" || operation.operation === "create-person";
    if (operation.operation === "create-member" && member === undefined) return undefined;
    if (creates) this.#since += 1;
    const known = creates
      ? beginning(operation, { personId, member, since: this.#since, told: this.toldAlone.get(personId) })
      : this.links.get(personId);
    if (known === undefined) return undefined;
    if (creates) this.#toldOf(personId, []);
    const { link, further } = linkAfter(outcome, known, member, fields, this.#run);
    if (further) this.further = true;
    return link;
  }

  #failed(
    outcome: Outcome & { ok: false },
    fields: FieldsTaken | undefined,
    links: Link[],
    rejections: Rejection[],
  ): void {
    const { operation, failure } = outcome;
    const { code, message } = failure;
    const link = operation.personId === undefined ? undefined : this.links.get(operation.personId);
    const records = { persons: this.persons, members: this.members };
    const patch = link && remembered(outcome, link, fields, { mapped: this.#mapped, run: this.#run, ...records });
    if (link !== undefined && patch !== undefined) this.#keep(patchLink(link, patch.link), links);
    if (code === "NOT_TAKEN") this.notes.push(...(fields?.notes ?? []));
    // Each field has its own note
    if (code === "FIELD_REFUSED" && patch !== undefined) {
      this.notes.push(...patch.notes);
      return;
    }
    if (
      REJECTIONS.includes(code) &&
      (operation.operation === "create-member" || operation.operation === "move-address")
    ) {
      const rejection = { address: addressKey(operation.email), code: code as RejectionCode, message };
      rejections.push(rejection);
      this.newlyRejected.push(rejection);
      this.further = true;
      this.rejected.set(rejection.address, code);
    }
    if (!CLEAR.includes(code)) this.unsettled = true;
    this.failures.push({
      side: operation.side,
      contact: operation.contact,
      operation: operation.operation,
      code,
      message,
      // Retry what is neither remembered nor a rejection; set aside after five runs (A10)
      retry: patch === undefined && !REJECTIONS.includes(code),
    });
  }
}
