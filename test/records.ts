/** Records to put into stores. */
import type { Member, Person } from "../src/domain/contact.ts";
import type { Operation } from "../src/plan/operations.ts";
import { PERSON_OPERATIONS } from "../src/reconcile/operations/person-operations.ts";

export const person = {
  id: 7,
  name: "Ana 李",
  emails: ["a@b.fr"],
  fields: { first_name: "Ana" },
  tags: ["🗑️"],
  createdAt: 1,
  modifiedAt: 2,
};
export const member = {
  key: "k",
  id: "h",
  email: "a@b.fr",
  status: "subscribed" as const,
  fields: {},
  tags: [{ id: 1, name: "é" }],
  changedAt: 3,
};
export const operation = {
  side: "mailchimp",
  operation: "update-member",
  contact: "a@b.fr",
  reason: "changed-in-copper",
  before: {},
  settles: {},
  personId: 7,
  member,
  fields: {},
} as Operation;

/** Returns a person without fields. @param at when it was changed (Unix seconds) */
export function personOf(id: number, emails: readonly string[], at = 1): Person {
  return { id, name: `P${id}`, emails, tags: [], fields: {}, createdAt: 1, modifiedAt: at };
}

/** Returns a subscribed member without fields. @param at when it was changed (Unix seconds) */
export function memberOf(key: string, email: string, at = 1): Member {
  return { key, id: key, email, status: "subscribed", fields: {}, tags: [], changedAt: at };
}

/** Returns the side that a kind of operation writes to. */
export function sideOf(kind: string): Operation["side"] {
  return kind in PERSON_OPERATIONS ? "copper" : "mailchimp";
}
