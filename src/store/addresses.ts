/**
 * The `addresses` table: which contact has which address. A row holds a number derived from the address instead of its
 * text. That is small, and a reader of the table sees no address. Two addresses may share a number, so the caller must
 * check the contacts found.
 */
import { hash } from "node:crypto";
import type { Kysely } from "kysely";
import { addressKey } from "../domain/address.ts";
import type { Member, Person } from "../domain/contact.ts";
import { chunks } from "../plan/collections.ts";
import { standingKey } from "../plan/standings.ts";
import { ROWS } from "./projections.ts";
import type { Tables } from "./tables.ts";

/** The bytes of an address's digest that form its number: a 48-bit number is a safe integer. */
const BYTES = 6;

/** So many rows are sorted together. */
const SORTED = 20_000;

/** A contact's address in the table. */
export interface AddressRow {
  readonly address: number;
  /** The contact's key (`standingKey`). */
  readonly key: string;
}

/**
 * Returns the number that stands for an address.
 * @param address as a key (W1)
 */
export function addressNumber(address: string): number {
  return hash("sha256", address, "buffer").readUIntBE(0, BYTES);
}

/** Returns a record's rows, one for each of its addresses. */
export function addressesOf(record: Person | Member): AddressRow[] {
  const [emails, key] =
    "emails" in record
      ? [record.emails, standingKey({ personId: record.id })]
      : [[record.email], standingKey({ memberKey: record.key })];
  // Two addresses of one contact may be the same as keys
  return [...new Set(emails.map((email) => addressNumber(addressKey(email))))].map((address) => ({ address, key }));
}

/** Adds rows; those that exist stay. */
export async function putAddresses(on: Kysely<Tables>, connection: string, rows: readonly AddressRow[]): Promise<void> {
  for (const part of chunks(rows, ROWS))
    await on
      .insertInto("addresses")
      .values(part.map((row) => ({ connection, ...row })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/**
 * Collects the rows of a first sync, and adds them in the order of the table: that takes a third of the time.
 * @param most so many rows are added at once; the caller adds the last ones with `end`
 */
export function sortedAddresses(on: Kysely<Tables>, connection: string, most = SORTED) {
  let rows: AddressRow[] = [];
  const end = async (): Promise<void> => {
    const sorted = rows.sort((one, other) => one.address - other.address);
    rows = [];
    await putAddresses(on, connection, sorted);
  };
  return {
    end,
    async add(more: readonly AddressRow[]): Promise<void> {
      rows.push(...more);
      if (rows.length >= most) await end();
    },
  };
}

/**
 * Deletes contacts' rows.
 * @param rows all rows of each of these contacts; addresses and keys are matched independently
 */
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

/**
 * Returns the keys of the contacts with one of these addresses.
 * @param addresses numbers of addresses
 */
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
