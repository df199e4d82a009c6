/** Applies outcomes to links, baselines, records and refusals, by what a side really stored, not by what we planned. */
import { addressKey } from "../domain/address.ts";
import type { Link, Member, Person, Rejection } from "../domain/contact.ts";
import type { MappedField } from "../domain/fields.ts";
import { statusTagOf } from "../domain/status.ts";
import { isTaggedRejected, type TagNames } from "../domain/tags.ts";
import { lookUp, type Records } from "../plan/collections.ts";
import type { Ahead } from "../plan/cursor.ts";
import { patchLink } from "../plan/link-patch.ts";
import type { Note } from "../plan/notes.ts";
import type { CreateMember, Operation } from "../plan/operations.ts";
import type { FailedContact, Failure, Outcome } from "../plan/outcomes.ts";
import type { ConflictResolution, StateChanges } from "../ports/store.ts";
import type { Policy } from "../reconcile/world.ts";
import { isClear, isRejection } from "./failure-reasons.ts";
import { noChanges, type OutcomeChanges } from "./outcome-changes.ts";
import { remembered } from "./rejected-writes.ts";
import { RunCounters } from "./run-counters.ts";
import { beginning, isFulfilled, linkAfter, memberAfter, reviewAfter } from "./state-after-write.ts";
import { changedMore, disbelief, type FieldsTaken, fieldsTaken, partedName } from "./verify-response.ts";

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
    const link = this.links.get(resolution.personId);
    const member = link && this.members.get(link.memberKey);
    return isFulfilled(resolution, this.persons.get(resolution.personId), member, link, this.#mapped);
  }

  /** Applies outcomes; returns the changes to the store. @param now our clock (Unix seconds) */
  applyOutcomes(answers: readonly Outcome[], now: number): AppliedOutcomes {
    const changes = noChanges();
    const told = JSON.stringify([...this.toldAlone]);
    const outcomes = answers.map((answered) => this.#applied(answered, now, changes));
    for (const id of changes.personsGone) this.persons.delete(id);
    for (const key of changes.membersGone) this.members.delete(key);
    const toldAlone = [...this.toldAlone];
    return {
      outcomes,
      stateChanges: { ...changes, ...(JSON.stringify(toldAlone) !== told && { facts: { toldAlone } }) },
    };
  }

  /** Applies one outcome. @returns it as we believe it */
  #applied(answered: Outcome, now: number, changes: OutcomeChanges): Outcome {
    const elsewhere = this.#ofSomebodyElse(answered);
    const fields = this.#fieldsOf(answered);
    const outcome = elsewhere ?? this.#disbelieved(answered, fields) ?? answered;
    // Keep the record in the response even if our change was not written
    const shown = elsewhere === undefined && answered.ok ? answered : undefined;
    if (shown?.person) this.#showsPerson(shown.operation, shown.person, fields, now, changes);
    const member = shown && this.#memberShown(shown, now, changes);
    if (outcome.ok) this.#succeeds(outcome, member, fields, changes);
    else this.#failed(outcome, fields, changes);
    return outcome;
  }

  /** Keeps the person in a response. */
  #showsPerson(
    operation: Operation,
    person: Person,
    fields: FieldsTaken | undefined,
    now: number,
    changes: OutcomeChanges,
  ): void {
    this.#stamped("copper", person.modifiedAt - now);
    const before = this.persons.get(person.id);
    if (changedMore(operation, before, person, this.#mapped)) this.further = true;
    const link = this.links.get(person.id);
    if (fields) Object.assign(fields.baseline, partedName(operation, before, person, link, this.#mapped));
    changes.persons.push(person);
    this.persons.set(person.id, person);
  }

  /** Keeps the member after a response. */
  #memberShown(shown: Outcome & { ok: true }, now: number, changes: OutcomeChanges): Member | undefined {
    const { operation } = shown;
    if (shown.member) this.#stamped("mailchimp", shown.member.changedAt - now);
    const key = "member" in operation ? operation.member.key : undefined;
    const member = memberAfter(shown, lookUp(this.members, key));
    if (member === undefined) return undefined;
    if (key !== undefined && key !== member.key) changes.membersGone.push(key);
    changes.members.push(member);
    this.members.set(member.key, member);
    return member;
  }

  #succeeds(
    outcome: Outcome & { ok: true },
    member: Member | undefined,
    fields: FieldsTaken | undefined,
    changes: OutcomeChanges,
  ): void {
    const { operation } = outcome;
    this.notes.push(...(fields?.notes ?? []));
    const contact = addressKey(operation.contact);
    if (this.#troubles.has(contact)) this.succeeded.add(contact);
    this.counters.add(operation, member);
    if (operation.operation === "create-member") this.#memberCreated(operation, member, changes);
    if (operation.operation === "ignore-person") changes.reviews.push(reviewAfter(operation));
    if (operation.operation === "delete-person") changes.personsGone.push(operation.personId);
    if (operation.operation === "forget-member") changes.membersGone.push(operation.member.key);
    // The old address is free now: another contact may take it
    if (operation.operation === "move-address") this.further = true;
    if (operation.operation === "tag-person" && !this.links.has(operation.personId))
      this.#toldOf(operation.personId, operation.settles.toldPut ?? []);
    const link = this.#linkAfter(outcome, member, fields);
    if (link !== undefined) this.#keep(link, changes);
  }

  #memberCreated({ email, personId }: CreateMember, member: Member | undefined, changes: OutcomeChanges): void {
    const address = addressKey(email);
    if (this.rejected.delete(address)) changes.rejectionsLifted.push(address);
    // The address is accepted now: a tag that says otherwise must go
    if (isTaggedRejected(this.persons.get(personId)?.tags ?? [], this.#tagNames)) this.further = true;
    if (member !== undefined && statusTagOf(member.status) !== undefined) this.further = true;
  }

  #keep(link: Link, changes: OutcomeChanges): void {
    changes.links.push(link);
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

  #failed(outcome: Outcome & { ok: false }, fields: FieldsTaken | undefined, changes: OutcomeChanges): void {
    const { operation, failure } = outcome;
    const { code, message } = failure;
    const link = lookUp(this.links, operation.personId);
    const records = { persons: this.persons, members: this.members };
    const patch = link && remembered(outcome, link, fields, { mapped: this.#mapped, run: this.#run, ...records });
    if (link !== undefined && patch !== undefined) this.#keep(patchLink(link, patch.link), changes);
    if (code === "NOT_TAKEN") this.notes.push(...(fields?.notes ?? []));
    // Each field has its own note
    if (code === "FIELD_REFUSED" && patch !== undefined) {
      this.notes.push(...patch.notes);
      return;
    }
    if (isRejection(code) && (operation.operation === "create-member" || operation.operation === "move-address")) {
      const rejection = { address: addressKey(operation.email), code, message };
      changes.rejections.push(rejection);
      this.newlyRejected.push(rejection);
      this.further = true;
      this.rejected.set(rejection.address, code);
    }
    if (!isClear(code)) this.unsettled = true;
    this.failures.push({
      side: operation.side,
      contact: operation.contact,
      operation: operation.operation,
      code,
      message,
      // Retry what is neither remembered nor a rejection; set aside after five runs (A10)
      retry: patch === undefined && !isRejection(code),
    });
  }
}
