/** Queries of a run that loads only the contacts it concerns: some records, contacts by address, touched contacts. */
import type { Kysely } from "kysely";
import { addressKey } from "../domain/address.ts";
import type { Link, Member, Person } from "../domain/contact.ts";
import { chunks } from "../plan/collections.ts";
import { noneSkipped, type SkippedAs } from "../plan/skipped.ts";
import type { Seeds, Store } from "../ports/store.ts";
import { addressNumber, keysAt } from "./addresses.ts";
import { PAGE, pages } from "./pages.ts";
import { ROWS } from "./projections.ts";
import type { Tables } from "./tables.ts";
import { decidedBy } from "./touched.ts";

/**
 * Implements these methods of the port `Store`.
 * @param connection names the Copper account and the audience (W9)
 */
export function neighboursIn(
  database: Kysely<Tables>,
  connection: string,
): Pick<Store, "some" | "having" | "decidedBy" | "touched" | "skipped"> {
  /** Returns the documents with one of these values in a column. */
  async function several<T>(
    table: "persons" | "members" | "links",
    column: "key" | "member",
    values: readonly string[],
  ): Promise<T[]> {
    const found: T[] = [];
    for (const part of chunks(new Set(values), ROWS)) {
      const rows = await database
        .selectFrom(table as "links")
        .select("json")
        .where("connection", "=", connection)
        .where(column, "in", part)
        .execute();
      for (const { json } of rows) found.push(JSON.parse(json) as T);
    }
    return found;
  }
  return {
    async some({ personIds, memberKeys }) {
      // A link may lead from one of the people to one of the members, so skip what was found already
      const ids = personIds.map(String);
      const from = await several<Link>("links", "key", ids);
      const known = new Set(from.map((one) => one.personId));
      const to = await several<Link>("links", "member", memberKeys);
      return {
        persons: await several<Person>("persons", "key", ids),
        members: await several<Member>("members", "key", memberKeys),
        links: [...from, ...to.filter((one) => !known.has(one.personId))],
      };
    },
    async having(addresses) {
      const numbers = addresses.map((address) => addressNumber(addressKey(address)));
      return seedsOf(await keysAt(database, connection, numbers));
    },
    decidedBy: () => decidedBy(database, connection),
    async touched() {
      const keys = new Set<string>();
      const numbers: number[] = [];
      const all = pages<{ key: string }>(PAGE, (last) =>
        database
          .selectFrom("touched")
          .select("key")
          .where("connection", "=", connection)
          .where("key", ">", last?.key ?? "")
          .orderBy("key")
          .limit(PAGE)
          .execute(),
      );
      // A key that begins with `a` is an address, whose contacts are looked up
      for await (const page of all)
        for (const { key } of page)
          if (key.startsWith("a")) numbers.push(Number(key.slice(1)));
          else keys.add(key);
      return seedsOf(keys.union(await keysAt(database, connection, numbers)));
    },
    async skipped() {
      const rows = await database
        .selectFrom("standings")
        .select("skipped")
        .select((all) => all.fn.countAll().as("n"))
        .where("connection", "=", connection)
        .where("skipped", "is not", null)
        .groupBy("skipped")
        .execute();
      const counts = noneSkipped();
      for (const { skipped, n } of rows) counts[skipped as SkippedAs] = Number(n);
      return counts;
    },
  };
}

/** Splits contacts' keys (`standingKey`) into ids of people and keys of members. Skips any other key. */
export function seedsOf(keys: Iterable<string>): Seeds {
  const personIds: number[] = [];
  const memberKeys: string[] = [];
  for (const key of keys)
    if (key.startsWith("p")) personIds.push(Number(key.slice(1)));
    else if (key.startsWith("m")) memberKeys.push(key.slice(1));
  return { personIds, memberKeys };
}
