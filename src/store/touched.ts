/**
 * Contacts touched since the last decision on everything. Every change of the stored data adds its contacts here. So an
 * ordinary run knows which contacts to look at. A run that has decided on everything empties the list.
 */
import type { Kysely, sql } from "kysely";
import { addressKey } from "../domain/address.ts";
import { chunks } from "../plan/collections.ts";
import { standingKey } from "../plan/standings.ts";
import type { Decided, StateChanges } from "../ports/store.ts";
import { addressNumber } from "./addresses.ts";
import { dropFact, putFact, readFact } from "./facts.ts";
import { ROWS } from "./projections.ts";
import type { Tables } from "./tables.ts";

/** The key of the fact with the settings and fields of the last decision on everything. */
const DECIDED_BY = "decided by";

/**
 * Returns the keys of what a change concerns: contacts (`own`), and addresses that contacts of any audience may have.
 */
export function touchedBy(stateChanges: StateChanges): {
  readonly own: Iterable<string>;
  readonly addresses: readonly string[];
} {
  const address = (one: string) => `a${addressNumber(addressKey(one))}`;
  const person = (personId: number) => standingKey({ personId });
  function* own(): Iterable<string> {
    for (const { id } of stateChanges.persons ?? []) yield person(id);
    for (const { key } of stateChanges.members ?? []) yield standingKey({ memberKey: key });
    for (const { personId, memberKey } of stateChanges.links ?? []) {
      yield person(personId);
      yield standingKey({ memberKey });
    }
    for (const id of [
      ...(stateChanges.personsGone ?? []),
      ...(stateChanges.unlinked ?? []),
      ...(stateChanges.reviewsOver ?? []),
    ])
      yield person(id);
    for (const key of stateChanges.membersGone ?? []) yield standingKey({ memberKey: key });
    for (const { personId } of [
      ...(stateChanges.reviews ?? []),
      ...(stateChanges.resolutions ?? []),
      ...(stateChanges.resolutionsOver ?? []),
    ])
      yield person(personId);
    for (const one of stateChanges.standings ?? []) {
      yield standingKey(one);
      if (one.memberKey !== undefined) yield standingKey({ memberKey: one.memberKey });
    }
    yield* stateChanges.standingsOver ?? [];
    for (const one of stateChanges.rejections ?? []) yield address(one.address);
    for (const one of stateChanges.rejectionsLifted ?? []) yield address(one);
    for (const one of stateChanges.troubles ?? []) yield address(one.contact);
    for (const one of stateChanges.troublesOver ?? []) yield address(one);
  }
  // A person deleted from an account is deleted for each of its audiences
  return { own: own(), addresses: [...(stateChanges.deleted ?? []), ...(stateChanges.restored ?? [])].map(address) };
}

/** Returns the settings and fields of the last decision on everything; `undefined` if no decision counts. */
export async function decidedBy(on: Kysely<Tables>, connection: string): Promise<string | undefined> {
  return readFact(on, connection, DECIDED_BY);
}

/**
 * Empties the list of touched contacts.
 * @param decided the decision on everything that was just made; `null` if no decision counts any more
 */
export async function beginAnew(on: Kysely<Tables>, connection: string, decided: Decided | null): Promise<void> {
  await on.deleteFrom("touched").where("connection", "=", connection).execute();
  await dropFact(on, connection, DECIDED_BY);
  if (decided === null) return;
  await touch(on, connection, decided.again);
  await putFact(on, connection, DECIDED_BY, decided.by);
}

/** Returns the ids of people whose link is about to be deleted, or to lead to another member. */
export function relinked({ personsGone = [], unlinked = [], links = [] }: StateChanges): number[] {
  return [...personsGone, ...unlinked, ...[...links].map((one) => one.personId)];
}

/**
 * Marks contacts as touched, if a decision on everything counts. Must run before the change, since members that a link
 * leads to until now are among them.
 * @param account the condition for the rows of all audiences of the account
 */
export async function touchThem(
  on: Kysely<Tables>,
  connection: string,
  stateChanges: StateChanges,
  account: ReturnType<typeof sql<boolean>>,
): Promise<void> {
  const { own, addresses } = touchedBy(stateChanges);
  // After a new decision on everything the list begins anew; without any, the next run looks at everything anyway
  if (stateChanges.decided === undefined && (await decidedBy(on, connection)) !== undefined) {
    await touch(on, connection, own);
    for (const part of chunks(relinked(stateChanges), ROWS)) {
      const rows = await on
        .selectFrom("links")
        .select("member")
        .where("connection", "=", connection)
        .where("key", "in", part.map(String))
        .execute();
      await touch(
        on,
        connection,
        rows.map(({ member }) => standingKey({ memberKey: member })),
      );
    }
  }
  // Other audiences of the account have their own lists
  if (addresses.length === 0) return;
  const resting = await on
    .selectFrom("facts")
    .select("connection")
    .where("key", "=", DECIDED_BY)
    .where(account)
    .execute();
  for (const one of resting) await touch(on, one.connection, addresses);
}

async function touch(on: Kysely<Tables>, connection: string, keys: Iterable<string>): Promise<void> {
  for (const part of chunks(keys, ROWS))
    await on
      .insertInto("touched")
      .values([...new Set(part)].map((key) => ({ connection, key })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}
