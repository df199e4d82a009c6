/**
 * Whom anything has touched since everybody was decided on. Every change of what is kept puts its contacts down here, so
 * that an ordinary run knows whom to look at; a run that has decided on everybody begins the list anew.
 */
import type { Kysely, sql } from "kysely";
import { addressKey } from "../contact/address.ts";
import type { Decided, Learnt } from "../plan/ports.ts";
import { portions } from "../plan/records.ts";
import { standingKey } from "../plan/standings.ts";
import { addressNumber } from "./addresses.ts";
import { ROWS } from "./lines.ts";
import type { Tables } from "./tables.ts";

/** The fact that says by what everybody was decided on. */
export const DECIDED_BY = "decided by";

/** Returns the keys of those whom something concerns: contacts, or addresses that somebody may have. */
export function touchedBy(learnt: Learnt): { readonly own: Iterable<string>; readonly addresses: readonly string[] } {
  const address = (one: string) => `a${addressNumber(addressKey(one))}`;
  const person = (personId: number) => standingKey({ personId });
  function* own(): Iterable<string> {
    for (const { id } of learnt.persons ?? []) yield person(id);
    for (const { key } of learnt.members ?? []) yield standingKey({ memberKey: key });
    for (const { personId, memberKey } of learnt.links ?? []) {
      yield person(personId);
      yield standingKey({ memberKey });
    }
    for (const id of [...(learnt.personsGone ?? []), ...(learnt.unlinked ?? []), ...(learnt.reviewsOver ?? [])])
      yield person(id);
    for (const key of learnt.membersGone ?? []) yield standingKey({ memberKey: key });
    for (const { personId } of [...(learnt.reviews ?? []), ...(learnt.wishes ?? []), ...(learnt.wishesOver ?? [])])
      yield person(personId);
    for (const one of learnt.standings ?? []) {
      yield standingKey(one);
      if (one.memberKey !== undefined) yield standingKey({ memberKey: one.memberKey });
    }
    yield* learnt.standingsOver ?? [];
    for (const one of learnt.rejections ?? []) yield address(one.address);
    for (const one of learnt.rejectionsLifted ?? []) yield address(one);
    for (const one of learnt.troubles ?? []) yield address(one.contact);
    for (const one of learnt.troublesOver ?? []) yield address(one);
  }
  // Who was deleted from an account is so for each of its audiences
  return { own: own(), addresses: [...(learnt.deleted ?? []), ...(learnt.restored ?? [])].map(address) };
}

/** Returns by what everybody was decided on. */
export async function decidedBy(on: Kysely<Tables>, connection: string): Promise<string | undefined> {
  const row = await on
    .selectFrom("facts")
    .select("json")
    .where("connection", "=", connection)
    .where("key", "=", DECIDED_BY)
    .executeTakeFirst();
  return row && (JSON.parse(row.json) as string);
}

/** Begins anew: everybody has been decided on, or nobody may rest on that. */
export async function beginAnew(on: Kysely<Tables>, connection: string, decided: Decided | null): Promise<void> {
  await on.deleteFrom("touched").where("connection", "=", connection).execute();
  await on.deleteFrom("facts").where("connection", "=", connection).where("key", "=", DECIDED_BY).execute();
  if (decided === null) return;
  await touch(on, connection, decided.again);
  await on
    .insertInto("facts")
    .values({ connection, key: DECIDED_BY, json: JSON.stringify(decided.by) })
    .execute();
}

/** Returns the people whose link is about to go, or to lead to somebody else. */
export function relinked({ personsGone = [], unlinked = [], links = [] }: Learnt): number[] {
  return [...personsGone, ...unlinked, ...[...links].map((one) => one.personId)];
}

/**
 * Puts contacts down, where everybody else rests; before anything is changed, since those whom a link led to until now
 * are among them. @param account tells the rows of every audience of the account */
export async function touchThem(
  on: Kysely<Tables>,
  connection: string,
  learnt: Learnt,
  account: ReturnType<typeof sql<boolean>>,
): Promise<void> {
  const { own, addresses } = touchedBy(learnt);
  if ((await decidedBy(on, connection)) !== undefined) {
    await touch(on, connection, own);
    for (const part of portions(relinked(learnt), ROWS)) {
      const rows = await on
        .selectFrom("links")
        .select("member")
        .where("connection", "=", connection)
        .where("key", "in", part.map(String))
        .execute();
      await touch(
        on,
        connection,
        rows.flatMap(({ member }) => (member === null ? [] : [standingKey({ memberKey: member })])),
      );
    }
  }
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
  for (const part of portions(keys, ROWS))
    await on
      .insertInto("touched")
      .values([...new Set(part)].map((key) => ({ connection, key })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}
