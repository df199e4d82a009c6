/**
 * Who has which address. The table holds a number made of each address instead of its text: it is small, and tells
 * nothing to somebody who reads it. Two addresses may share a number, so whoever is found may be somebody else.
 */
import { hash } from "node:crypto";
import type { Kysely } from "kysely";
import { addressKey } from "../domain/address.ts";
import type { Member, Person } from "../domain/contact.ts";
import { chunks } from "../plan/collections.ts";
import { standingKey } from "../plan/standings.ts";
import { ROWS } from "./projections.ts";
import type { Tables } from "./tables.ts";

/** Bytes of an address's digest that its number is made of: 2^48 numbers are safe integers. */
const BYTES = 6;

/** Who has an address. */
export interface AddressRow {
  readonly address: number;
  /** A contact's key (`standingKey`). */
  readonly key: string;
}

/** Returns the number that stands for an address. @param address as a key */
export function addressNumber(address: string): number {
  return hash("sha256", address, "buffer").readUIntBE(0, BYTES);
}

/** Returns the rows of a record, one for each address that it has. */
export function addressesOf(record: Person | Member): AddressRow[] {
  const [emails, key] =
    "emails" in record
      ? [record.emails, standingKey({ personId: record.id })]
      : [[record.email], standingKey({ memberKey: record.key })];
  return [...new Set(emails.map((email) => addressNumber(addressKey(email))))].map((address) => ({ address, key }));
}

/** Writes down who has which address. */
export async function putAddresses(on: Kysely<Tables>, connection: string, rows: readonly AddressRow[]): Promise<void> {
  for (const part of chunks(rows, ROWS))
    await on
      .insertInto("addresses")
      .values(part.map((row) => ({ connection, ...row })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** Takes everything out that is kept of contacts' addresses. @param rows all that there is of each of them */
export async function dropAddresses(
  on: Kysely<Tables>,
  connection: string,
  rows: readonly AddressRow[],
): Promise<void> {
  for (const part of chunks(rows, ROWS))
    await on
      .deleteFrom("addresses")
      .where("connection", "=", connection)
      .where("address", "in", [...new Set(part.map((row) => row.address))])
      .where("key", "in", [...new Set(part.map((row) => row.key))])
      .execute();
}

/** Returns the keys of those who have one of these addresses. */
export async function keysAt(
  on: Kysely<Tables>,
  connection: string,
  addresses: readonly number[],
): Promise<Set<string>> {
  const found = new Set<string>();
  for (const part of chunks(addresses, ROWS)) {
    const rows = await on
      .selectFrom("addresses")
      .select("key")
      .where("connection", "=", connection)
      .where("address", "in", part)
      .execute();
    for (const { key } of rows) found.add(key);
  }
  return found;
}
