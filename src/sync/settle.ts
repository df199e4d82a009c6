/**
 * What answers teach: links and baselines move by what a side really stored, the mirror follows, refusals are
 * remembered, and everything is counted as it happened, not as it was meant.
 */
import { addressKey } from "../contact/address.ts";
import {
  type Agreed,
  agreed,
  bothSides,
  type Link,
  type Member,
  type Person,
  type Rejection,
  type RejectionCode,
} from "../contact/contact.ts";
import type { MappedField } from "../contact/fields.ts";
import { toldState } from "../contact/status.ts";
import { isToldRejected, presentTags, type TagNames, tagKey } from "../contact/tags.ts";
import { fieldValue, sameValue } from "../contact/values.ts";
import { type Note, newLink, type Operation, patchLink } from "../plan/operations.ts";
import type { FailedContact, Failure, Outcome } from "../plan/outcomes.ts";
import type { Learnt, Wish } from "../plan/ports.ts";
import type { Records } from "../plan/records.ts";
import { refusal } from "../reconcile/fields.ts";
import type { Policy } from "../reconcile/world.ts";
import type { Ahead } from "./read.ts";
import { Tally } from "./tally.ts";

const REJECTIONS: readonly string[] = [
  "FORGOTTEN_EMAIL",
  "COMPLIANCE_STATE",
  "INVALID_ADDRESS",
] satisfies RejectionCode[];

/** What a run knows before its first answer. */
export interface KnownToRun extends Pick<Settling, "persons" | "members" | "links"> {
  /** Records read of each side. */
  readonly read: { readonly copper: number; readonly mailchimp: number };
  readonly rejected: ReadonlyMap<string, string>;
  /** The highest place in the order of links. */
  readonly since: number;
  /** Contacts, as keys, that failed in earlier runs. */
  readonly troubles: ReadonlySet<string>;
  readonly policy: Pick<Policy, "mapped" | "tagNames">;
}

/** The world of a run while its answers come in. */
export class Settling {
  readonly persons: Records<number, Person>;
  readonly members: Records<string, Member>;
  readonly links: Records<number, Link>;
  readonly rejected: Map<string, string>;
  readonly failures: FailedContact[] = [];
  readonly notes: Note[] = [];
  readonly newlyRejected: Rejection[] = [];
  /** Of those who failed in earlier runs, who went through. */
  readonly succeeded = new Set<string>();
  /** What was done. */
  readonly tally: Tally;
  /** Whether something happened that only a complete reading can explain. */
  unsettled = false;
  /** Whether something was learnt that makes further work: Copper is to be told (C3, C5), an address is free. */
  further = false;
  readonly #mapped: readonly MappedField[];
  readonly #tagNames: TagNames;
  readonly #troubles: ReadonlySet<string>;
  #since: number;

  /** By how many seconds each side's clock is before ours, at least: a stamp is never later than its answer. */
  ahead: Ahead = {};

  /** @param known what the run knows; its persons, members and links follow the answers */
  constructor({ read, persons, members, links, rejected, since, troubles, policy }: KnownToRun) {
    this.tally = new Tally(read);
    this.persons = persons;
    this.members = members;
    this.links = links;
    this.rejected = new Map(rejected);
    this.#troubles = troubles;
    this.#mapped = policy.mapped;
    this.#tagNames = policy.tagNames;
    this.#since = since;
  }

  /** Whether both sides hold what a human wanted. */
  fulfilled({ personId, field, value }: Wish): boolean {
    const mapped = this.#mapped.find((one) => one.copper === field);
    const person = this.persons.get(personId);
    const member = this.members.get(this.links.get(personId)?.memberKey ?? "");
    // Where one of them is gone there is nothing left to wish for
    if (mapped === undefined || person === undefined || member === undefined) return true;
    const { kind, copper, mailchimp } = mapped;
    return (
      sameValue(kind, fieldValue(person.fields, copper), value) &&
      sameValue(kind, fieldValue(member.fields, mailchimp), value)
    );
  }

  /** Takes answers in; what the store is to learn of them comes out. @param now our clock, Unix seconds */
  settle(outcomes: readonly Outcome[], now: number): Learnt {
    const persons: Person[] = [];
    const members: Member[] = [];
    const membersGone: string[] = [];
    const links: Link[] = [];
    const rejections: Rejection[] = [];
    const rejectionsLifted: string[] = [];
    for (const answered of outcomes) {
      const outcome = this.#ofSomebodyElse(answered) ?? answered;
      const { operation } = outcome;
      if (!outcome.ok) {
        this.#failed(outcome, links, rejections);
        continue;
      }
      const contact = addressKey(operation.contact);
      if (this.#troubles.has(contact)) this.succeeded.add(contact);
      this.tally.add(operation);
      if (operation.operation === "create-member") {
        if (this.rejected.delete(addressKey(operation.email))) rejectionsLifted.push(addressKey(operation.email));
        // He is refused no longer
        if (isToldRejected(this.persons.get(operation.personId)?.tags ?? [], this.#tagNames)) this.further = true;
      }
      if (outcome.person) this.#stamped("copper", outcome.person.modifiedAt - now);
      if (outcome.member) this.#stamped("mailchimp", outcome.member.changedAt - now);
      if (outcome.person) {
        persons.push(outcome.person);
        this.persons.set(outcome.person.id, outcome.person);
      }
      const member = this.#memberAfter(outcome);
      if (member !== undefined) {
        if ("member" in operation && operation.member.key !== member.key) {
          this.members.delete(operation.member.key);
          membersGone.push(operation.member.key);
        }
        if (operation.operation === "create-member" && toldState(member.status) !== undefined) this.further = true;
        // An address that has become free may be somebody else's now
        if (operation.operation === "move-address") this.further = true;
        members.push(member);
        this.members.set(member.key, member);
      }
      const link = this.#linkAfter(outcome, member);
      if (link !== undefined) {
        links.push(link);
        this.links.set(link.personId, link);
      }
    }
    return { persons, members, membersGone, links, rejections, rejectionsLifted };
  }

  #stamped(side: "copper" | "mailchimp", ahead: number): void {
    this.ahead = { ...this.ahead, [side]: Math.max(ahead, this.ahead[side] ?? ahead) };
  }

  /**
   * A record found at the address after a lost answer may be linked to somebody else already; so may be the member who
   * took the address since it was read. One member never gets two links.
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
    for (const link of this.links.values()) if (link.memberKey === key && link.personId !== personId) return true;
    return false;
  }

  #memberAfter(outcome: Outcome & { ok: true }): Member | undefined {
    if (outcome.member !== undefined) return outcome.member;
    const { operation } = outcome;
    if (!("member" in operation) || operation.side !== "mailchimp") return undefined;
    const before = this.members.get(operation.member.key);
    if (before === undefined) return undefined;
    if (operation.operation === "archive-member") return { ...before, status: "archived" };
    if (operation.operation !== "tag-member") return before;
    const gone = new Set(operation.remove.map((tag) => tagKey(tag.name)));
    for (const name of operation.add) gone.add(tagKey(name));
    const kept = before.tags.filter((tag) => !gone.has(tagKey(tag.name)));
    return { ...before, tags: [...kept, ...operation.add.map((name) => ({ id: 0, name }))] };
  }

  #linkAfter(outcome: Outcome & { ok: true }, member: Member | undefined): Link | undefined {
    const { operation } = outcome;
    const personId = operation.operation === "create-person" ? outcome.person?.id : operation.personId;
    if (personId === undefined) return undefined;
    const creates = operation.operation === "create-member" || operation.operation === "create-person";
    if (operation.operation === "create-member" && member === undefined) return undefined;
    if (creates) this.#since += 1;
    const link = creates
      ? { ...newLink(personId, member?.key ?? "", "", this.#since), ...operation.settles, personId, since: this.#since }
      : this.links.get(personId);
    if (link === undefined) return undefined;
    const baseline: Record<string, Agreed> = {};
    if (outcome.found) return this.#linkFound(operation, link, member);
    const refused: Record<string, string> = { ...operation.settles.refused };
    for (const [name, held] of Object.entries(operation.settles.baseline ?? {})) {
      const [copper, mailchimp] = bothSides(held);
      const field = this.#mapped.find((one) => one.copper === name);
      if (field === undefined) continue;
      if (outcome.refused?.includes(field[operation.side])) {
        const value = operation.side === "mailchimp" ? copper : mailchimp;
        refused[name] = refusal(operation.side === "mailchimp" ? "copper" : "mailchimp", field, value);
        this.notes.push({ contact: operation.contact, code: "refused-before", field: name, value });
      } else if (operation.side === "mailchimp" && outcome.member)
        baseline[name] = agreed(copper, fieldValue(outcome.member.fields, field.mailchimp));
      else if (operation.side === "copper" && outcome.person)
        baseline[name] = agreed(fieldValue(outcome.person.fields, name), mailchimp);
      else baseline[name] = held;
    }
    const { archived } = operation.settles;
    const next = patchLink(creates ? { ...link, baseline: {}, refused: {} } : link, {
      ...operation.settles,
      personId,
      since: link.since,
      baseline,
      refused,
    });
    return {
      ...next,
      memberKey: member?.key ?? (next.memberKey || link.memberKey),
      ...(archived && member && { archived: { ...archived, at: member.changedAt } }),
    };
  }

  /** Looked up and there: compared as at first sight, in this very run. */
  #linkFound(operation: Operation, link: Link, member: Member | undefined): Link {
    this.further = true;
    const tagsPut = member === undefined ? [] : presentTags(operation.settles.tagsPut ?? [], member);
    return { ...link, baseline: {}, tagsPut, memberKey: member?.key ?? link.memberKey };
  }

  #failed(outcome: Outcome & { ok: false }, links: Link[], rejections: Rejection[]): void {
    const { operation, failure } = outcome;
    const { code, message, retry } = failure;
    if (code === "FIELD_REFUSED" && "fields" in operation && operation.personId !== undefined) {
      const link = this.links.get(operation.personId);
      const refused: Record<string, string> = {};
      for (const field of this.#mapped.filter(
        (one) => failure.fields?.includes(one[operation.side]) && one[operation.side] in operation.fields,
      )) {
        const value = fieldValue(operation.fields, field[operation.side]);
        refused[field.copper] = refusal(operation.side === "mailchimp" ? "copper" : "mailchimp", field, value);
        this.notes.push({ contact: operation.contact, code: "refused-before", field: field.copper, value });
      }
      if (link !== undefined && Object.keys(refused).length > 0) {
        const next = patchLink(link, { refused });
        links.push(next);
        this.links.set(next.personId, next);
        return;
      }
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
    if (code !== "FIELD_REFUSED" && !REJECTIONS.includes(code)) this.unsettled = true;
    this.failures.push({
      side: operation.side,
      contact: operation.contact,
      operation: operation.operation,
      code,
      message,
      retry,
    });
  }
}
