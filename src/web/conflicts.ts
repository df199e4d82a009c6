/**
 * Conflicts that wait for a person's choice. A run document never changes, so what was settled since is kept beside it,
 * as one fact without any address.
 */

import { type Link, refusalOf } from "../domain/contact.ts";
import { refusalKey, wantedOf } from "../domain/conversions.ts";
import type { ShownField } from "../domain/fields.ts";
import type { ConflictView } from "../plan/run-document.ts";
import type { SettledConflicts } from "../ports/facts.ts";
import type { Store } from "../ports/store.ts";
import type { ConflictCard, ConflictShown } from "./views/conflicts.tsx";

/** The newest runs whose conflicts are read. */
const LOOKED_THROUGH = 200;
/** The most contacts at taken addresses that are read. */
const TAKEN = 500;
/**
 * Fields that cannot be settled here: an email address needs people to agree, and a postal address has parts that the
 * page does not show.
 */
const BY_HAND: readonly string[] = ["email", "address"];

/** The side whose value was chosen. */
export type Choice = "copper" | "mailchimp";

/** A connection's conflicts: reads them and settles them. */
export interface Conflicts {
  /** Returns the unsettled conflicts, newest first, one for each contact and field. */
  open(): Promise<readonly ConflictShown[]>;
  /** Returns the given conflicts with everything that their cards show, in the same order. */
  cardsOf(list: readonly ConflictShown[]): Promise<readonly ConflictCard[]>;
  /**
   * Settles conflicts as chosen. A value that the sync did not keep is recorded, and the next sync writes it.
   * @param choice returns the chosen side for a conflict; `undefined` leaves it open
   * @returns how many were settled, and how many of them the next sync has to change
   */
  choose(choice: (one: ConflictShown) => Choice | undefined): Promise<{ settled: number; changing: number }>;
  /**
   * Settles all conflicts for which the sync kept a value, as it decided.
   * @param until only conflicts of runs that began until then (RFC 3339)
   */
  confirm(until: string): Promise<void>;
}

/**
 * Returns the name of a conflict's form field. It includes the run, since a later conflict about the same field is a
 * new one.
 */
export function choiceName({ run, personId, field }: ConflictShown): string {
  return `choice ${run} ${personId} ${field}`;
}

/**
 * Creates the access to a store's conflicts.
 * @param now returns the time (ms since 1970)
 */
export function conflictsOf(store: Store, now: () => number): Conflicts {
  /** Conflicts by run. A finished run does not change, so each document is read once. */
  let known = new Map<string, readonly ConflictView[]>();
  /** All conflicts of the last runs, cached until there is a newer run. */
  let met: { readonly newest: string; readonly list: readonly ConflictShown[] } | undefined;
  async function all(): Promise<readonly ConflictShown[]> {
    // One small query tells whether the cache is current
    const newest = (await store.runs(1))[0]?.run ?? "";
    if (met?.newest === newest) return met.list;
    const found = new Map<string, ConflictShown>();
    const read: typeof known = new Map();
    const lines = (await store.runs(LOOKED_THROUGH)).filter((line) => line.conflicts > 0);
    for (const { run, startedAt } of lines) {
      const told = known.get(run) ?? (await store.run(run))?.document.conflicts ?? [];
      read.set(run, told);
      for (const one of told) {
        // Runs come newest first, so the first conflict about a field is the current one
        const key = `${one.contact} ${one.field}`;
        if (!found.has(key)) found.set(key, { ...one, run, startedAt });
      }
    }
    // Drop the documents of runs that are no longer among the newest
    known = read;
    met = { newest, list: [...found.values()] };
    return met.list;
  }
  const settledSoFar = async () => (await store.fact("conflicts settled")) ?? { until: "", each: {} };
  const wishedNow = async () =>
    new Set((await store.resolutions()).map((command) => `${command.personId} ${command.field}`));
  /** Returns a check whether a contact's address is still taken by another contact; only people can settle that. */
  async function takenAt(): Promise<(one: ConflictShown) => boolean> {
    const standing = await store.standings(["address-taken"], TAKEN);
    const addresses = new Set(standing.flatMap(({ member, link }) => [member?.email, link?.address]));
    return (one) => addresses.has(one.contact);
  }
  async function open(): Promise<readonly ConflictShown[]> {
    const list = await all();
    if (list.length === 0) return list;
    const [settled, wished] = await Promise.all([settledSoFar(), wishedNow()]);
    const taken = list.some((one) => one.kept === "none") ? await takenAt() : () => false;
    return list.filter((one) => {
      // An address conflict ends when the services are corrected, not by a choice here
      if (one.kept === "none") return taken(one);
      const key = keyOf(one);
      return wished.has(key) || one.startedAt > (settled.each[key] ?? settled.until);
    });
  }
  async function cardsOf(list: readonly ConflictShown[]): Promise<readonly ConflictCard[]> {
    const [wished, mapping] = await Promise.all([wishedNow(), store.fact("mapping")]);
    const contacts = await store.contacts([...new Set(list.flatMap((one) => one.personId ?? []))]);
    const people = new Map(contacts.map((one) => [one.person?.id, one]));
    return list.map((one) => {
      const contact = people.get(one.personId);
      const can = canUseOther(one, contact?.link, mapping ?? []);
      const choice = wished.has(keyOf(one)) ? "wished" : BY_HAND.includes(one.field) ? "by-hand" : can;
      return { ...one, name: contact?.person?.name ?? "", choice };
    });
  }
  /** Records what is settled, and drops entries for conflicts that are no longer in any of the last runs. */
  async function settle(more: Partial<SettledConflicts>): Promise<void> {
    const before = await settledSoFar();
    const until = more.until ?? before.until;
    const told = new Set((await all()).map(keyOf));
    const each = Object.entries({ ...before.each, ...more.each }).filter(([key, at]) => told.has(key) && at > until);
    await store.saveChanges({ facts: { "conflicts settled": { until, each: Object.fromEntries(each) } } });
  }
  return {
    open,
    cardsOf,
    async choose(choice) {
      const chosen = (await open()).filter((one) => choice(one) !== undefined);
      // Check again on the server: the form may be older than the data
      const able = (await cardsOf(chosen)).filter(
        (one) => one.choice === "either" || (one.choice === "kept-only" && choice(one) === one.kept),
      );
      const changed = able.filter((one) => choice(one) !== one.kept);
      const since = new Date(now()).toISOString();
      const wishes = changed.map((one) => ({ personId: one.personId!, field: one.field, value: one[choice(one)!] }));
      const ids = [...new Set(changed.map((one) => one.personId!))];
      // Show the contacts as waiting until the next run writes the chosen values
      const standings = (await store.contacts(ids)).map(({ person, link }) => ({
        personId: person!.id,
        ...(link && { memberKey: link.memberKey }),
        reason: "next-run" as const,
        since,
      }));
      if (wishes.length > 0) await store.saveChanges({ resolutions: wishes, standings });
      if (able.length > 0) await settle({ each: Object.fromEntries(able.map((one) => [keyOf(one), one.startedAt])) });
      return { settled: able.length, changing: changed.length };
    },
    async confirm(until) {
      const newest = (await open()).find((one) => one.startedAt <= until)?.startedAt ?? "";
      if (newest > (await settledSoFar()).until) await settle({ until: newest });
    },
  };
}

function keyOf({ personId, field }: Pick<ConflictShown, "personId" | "field">): string {
  return `${personId} ${field}`;
}

/**
 * Returns whether the other value can be written to both sides: it must convert, and no side may have refused it
 * before.
 */
function canUseOther(
  one: ConflictShown,
  link: Link | undefined,
  mapping: readonly ShownField[],
): "either" | "kept-only" | "by-hand" {
  if (one.kept === "none" || one.personId === undefined) return "by-hand";
  // Mappings stored by an earlier version lack the field types
  const fields = mapping.filter((field) => field.copper === one.field && field.source !== undefined);
  const [from, value] =
    one.kept === "copper" ? (["mailchimp", one.mailchimp] as const) : (["copper", one.copper] as const);
  const can = fields.every((field) => {
    const known = link && refusalOf(link, field);
    const refused = known?.from === from && known.value === refusalKey(from, field, value);
    return !refused && wantedOf(field, value, one.copper) !== undefined;
  });
  return can && fields.length > 0 ? "either" : "kept-only";
}
