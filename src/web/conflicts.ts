/**
 * Conflicts that wait for a human. What a run decided stands in its document and stays there; what a human said about
 * it since is kept beside it, as one fact, and without any address in it.
 */

import { type Link, refusalOf } from "../domain/contact.ts";
import { refusalKey, wantedOf } from "../domain/conversions.ts";
import type { ShownField } from "../domain/fields.ts";
import type { ConflictView } from "../plan/run-document.ts";
import type { SettledConflicts } from "../ports/facts.ts";
import type { Store } from "../ports/store.ts";
import type { ConflictCard, ConflictShown } from "./views/conflicts.tsx";

/** Runs that are looked through. */
const LOOKED_THROUGH = 200;
/** Contacts at an address of somebody else's that are looked at. */
const TAKEN = 500;
/** Fields that nobody chooses here: an address is for people to settle, and a postal one has parts that are not shown. */
const BY_HAND: readonly string[] = ["email", "address"];

/** What a human chose between. */
export type Choice = "copper" | "mailchimp";

/** What may be asked and said of a connection's conflicts. */
export interface Conflicts {
  /** Those that nobody has settled, newest first, each contact's field once. */
  open(): Promise<readonly ConflictShown[]>;
  /** The same with all that their cards show. */
  matchIndex(list: readonly ConflictShown[]): Promise<readonly ConflictCard[]>;
  /**
   * Settles some as somebody chose; a value that the sync did not keep is to be used at the next one.
   * @returns how many were settled, and how many of them the next sync has to change
   */
  choose(choice: (one: ConflictShown) => Choice | undefined): Promise<{ settled: number; changing: number }>;
  /** Keeps what the syncs chose, wherever they chose something. @param until of runs that began until then, RFC 3339 */
  confirm(until: string): Promise<void>;
}

/** Returns the name of a conflict's field in a form: another run's conflict about the same is another one. */
export function choiceName({ run, personId, field }: ConflictShown): string {
  return `choice ${run} ${personId} ${field}`;
}

/** @param now ms */
export function conflictsOf(store: Store, now: () => number): Conflicts {
  /** A run that has ended does not change: its conflicts are read out of its document once. */
  let known = new Map<string, readonly ConflictView[]>();
  /** All that the last runs met, as of the newest run. */
  let met: { readonly newest: string; readonly list: readonly ConflictShown[] } | undefined;
  async function all(): Promise<readonly ConflictShown[]> {
    const newest = (await store.runs(1))[0]?.run ?? "";
    if (met?.newest === newest) return met.list;
    const found = new Map<string, ConflictShown>();
    const read: typeof known = new Map();
    const lines = (await store.runs(LOOKED_THROUGH)).filter((line) => line.conflicts > 0);
    for (const { run, startedAt } of lines) {
      const told = known.get(run) ?? (await store.run(run))?.document.conflicts ?? [];
      read.set(run, told);
      for (const one of told) {
        const key = `${one.contact} ${one.field}`;
        if (!found.has(key)) found.set(key, { ...one, run, startedAt });
      }
    }
    known = read;
    met = { newest, list: [...found.values()] };
    return met.list;
  }
  const settledSoFar = async () => (await store.fact("conflicts settled")) ?? { until: "", each: {} };
  const wishedNow = async () =>
    new Set((await store.resolutions()).map((command) => `${command.personId} ${command.field}`));
  /** Whether a contact still has an address that is somebody else's: nobody but people can settle that. */
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
      if (one.kept === "none") return taken(one);
      const key = keyOf(one);
      return wished.has(key) || one.startedAt > (settled.each[key] ?? settled.until);
    });
  }
  async function matchIndex(list: readonly ConflictShown[]): Promise<readonly ConflictCard[]> {
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
  /** Keeps what is settled, without what no run is told of any more. */
  async function settle(more: Partial<SettledConflicts>): Promise<void> {
    const before = await settledSoFar();
    const until = more.until ?? before.until;
    const told = new Set((await all()).map(keyOf));
    const each = Object.entries({ ...before.each, ...more.each }).filter(([key, at]) => told.has(key) && at > until);
    await store.saveChanges({ facts: { "conflicts settled": { until, each: Object.fromEntries(each) } } });
  }
  return {
    open,
    matchIndex,
    async choose(choice) {
      const chosen = (await open()).filter((one) => choice(one) !== undefined);
      const able = (await matchIndex(chosen)).filter(
        (one) => one.choice === "either" || (one.choice === "kept-only" && choice(one) === one.kept),
      );
      const changed = able.filter((one) => choice(one) !== one.kept);
      const since = new Date(now()).toISOString();
      const wishes = changed.map((one) => ({ personId: one.personId!, field: one.field, value: one[choice(one)!] }));
      const ids = [...new Set(changed.map((one) => one.personId!))];
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

/** Whether the value that was not kept can stand on both sides, as far as both are known and have not refused it. */
function canUseOther(
  one: ConflictShown,
  link: Link | undefined,
  mapping: readonly ShownField[],
): "either" | "kept-only" | "by-hand" {
  if (one.kept === "none" || one.personId === undefined) return "by-hand";
  // Mappings of an earlier version do not say what each side can hold
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
