/** Tests what becomes of a pair's address, by the table in `pair-address.ts` (W3–W5). */
import { describe, expect, test } from "vitest";
import { ana, there } from "../../test/undoing.ts";
import { validKeys } from "../domain/address.ts";
import type { Link, Member, Refusal } from "../domain/contact.ts";
import type { ConflictRule } from "../domain/fields.ts";
import { newLink } from "../plan/link-patch.ts";
import { decideAddress } from "./pair-address.ts";

interface Now {
  readonly rule?: ConflictRule;
  readonly status?: Member["status"];
  readonly linked?: string;
  readonly known?: Refusal;
  readonly modifiedAt?: number;
  /** Addresses of other members, of other people, and those that Mailchimp refuses. */
  readonly others?: { readonly members?: string; readonly people?: string; readonly refused?: string };
}
const OLD = "old@x.fr";
function decided(emails: readonly string[], email: string, now: Now = {}) {
  const { others = {} } = now;
  const person = { ...ana, emails, modifiedAt: now.modifiedAt ?? 0 };
  const contact = {
    person,
    addresses: validKeys(emails),
    member: undefined,
    link: undefined,
    made: false,
    others: [],
    duplicate: false,
  };
  const member = { ...there, email, status: now.status ?? "subscribed" };
  const link: Link = {
    ...newLink(1, "k", now.linked ?? OLD, 1),
    refused: now.known === undefined ? {} : { email: now.known },
  };
  const index = {
    byMember: (address: string) => address === others.members,
    byPerson: (address: string) => address === others.people,
    refused: (address: string) => address === others.refused,
  };
  return decideAddress(contact, member, link, now.rule ?? "copper", index, 10);
}
const NOTHING = { become: "nothing" };
const refusal = (from: Refusal["from"], value: string, again = 12): Refusal => ({
  from,
  value,
  why: "not-taken",
  again,
});

describe("nothing is written", () => {
  test.each([
    ["both are still there", [OLD], OLD],
    ["both are there, in another case and behind another one", ["other@x.fr", " Old@X.fr "], "OLD@x.fr"],
    ["the person has no address any more", [], OLD],
    ["the person has no address that can be one", ["nope"], OLD],
  ])("where %s", (_, emails, email) => expect(decided(emails, email)).toEqual(NOTHING));
  test("where both have one that the link does not have: only the link moves", () => {
    expect(decided(["other@x.fr", "New@x.fr"], "new@X.fr")).toEqual({ become: "linked", address: "new@x.fr" });
  });
  test("where an earlier version kept the address as it was typed", () => {
    expect(decided([OLD], OLD, { linked: "Old@X.fr" })).toEqual(NOTHING);
    expect(decided(["new@x.fr"], OLD, { linked: "Old@X.fr" })).toMatchObject({ become: "move-address" });
  });
});

describe("W4: the person moved away", () => {
  const emails = ["nope", " New@x.fr ", "b@x.fr"];
  const conflict = { contact: OLD, field: "email", copper: "New@x.fr", mailchimp: OLD, kept: "none" };
  test("a subscribed member moves to the first valid address, as it was typed, and no conflict is told", () => {
    expect(decided(emails, OLD)).toStrictEqual({ become: "move-address", email: "New@x.fr" });
  });
  test.each(["unsubscribed", "pending", "transactional"] as const)("a member who is %s cannot move", (status) => {
    expect(decided(emails, OLD, { status })).toEqual({ become: "forbidden", email: "New@x.fr" });
  });
  test("not to an address of another member, whatever else holds", () => {
    const now = { others: { members: "new@x.fr", refused: "new@x.fr" }, status: "pending" } as const;
    expect(decided(emails, OLD, now)).toEqual({ become: "taken", conflict });
    expect(decided(emails, OLD, { others: { people: "new@x.fr", members: "b@x.fr" } }).become).toBe("move-address");
  });
  test("C5: not to an address that Mailchimp refuses", () => {
    expect(decided(emails, OLD, { others: { refused: "new@x.fr" }, status: "pending" })).toEqual({
      become: "refused",
      email: "New@x.fr",
    });
  });
  test("V13: not for some runs to an address that was not taken", () => {
    expect(decided(emails, OLD, { known: refusal("copper", "new@x.fr") })).toEqual(NOTHING);
    for (const known of [
      refusal("copper", "new@x.fr", 10),
      refusal("copper", "b@x.fr"),
      refusal("mailchimp", "new@x.fr"),
    ])
      expect(decided(emails, OLD, { known }).become).toBe("move-address");
  });
});

describe("W5: the member moved away", () => {
  const email = "New@x.fr";
  const conflict = { contact: email, field: "email", copper: OLD, mailchimp: email, kept: "none" };
  test("the new address goes before the person's others, whatever the status", () => {
    for (const status of ["subscribed", "unsubscribed"] as const)
      expect(decided([OLD], email, { status })).toStrictEqual({ become: "add-address", email });
  });
  test("not an address of another person", () => {
    expect(decided([OLD], email, { others: { people: "new@x.fr" } })).toEqual({ become: "taken", conflict });
    expect(decided([OLD], email, { others: { members: "new@x.fr" } }).become).toBe("add-address");
  });
  test("V13: not for some runs one that was not taken", () => {
    const others = { people: "new@x.fr" };
    expect(decided([OLD], email, { known: refusal("mailchimp", "new@x.fr"), others })).toEqual(NOTHING);
    for (const known of [refusal("mailchimp", "new@x.fr", 10), refusal("copper", "new@x.fr")])
      expect(decided([OLD], email, { known }).become).toBe("add-address");
  });
});

describe("both moved away", () => {
  const conflict = (kept: string) => ({
    contact: "m@x.fr",
    field: "email",
    copper: "p@x.fr",
    mailchimp: "m@x.fr",
    kept,
  });
  test.each([
    ["copper", 0, "move-address", "p@x.fr", "copper"],
    ["mailchimp", 0, "add-address", "m@x.fr", "mailchimp"],
    ["newest", there.changedAt + 1, "move-address", "p@x.fr", "copper"],
    ["newest", there.changedAt - 1, "add-address", "m@x.fr", "mailchimp"],
  ] as const)("V2: the rule %s decides, and the conflict is told (%i)", (rule, modifiedAt, become, email, kept) => {
    expect(decided(["p@x.fr"], "m@x.fr", { rule, modifiedAt })).toEqual({ become, email, conflict: conflict(kept) });
  });
  test("where the winner's belongs to another contact nothing is kept", () => {
    expect(decided(["p@x.fr"], "m@x.fr", { others: { members: "p@x.fr" } })).toEqual({
      become: "taken",
      conflict: conflict("none"),
    });
  });
});
