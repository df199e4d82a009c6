/** Tests the reasons of contacts about which nothing has to be written, by the table in `standing-reasons.ts` (R1). */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { ana, there } from "../../test/undoing.ts";
import { validKeys } from "../domain/address.ts";
import type { Link, Member, Refusal } from "../domain/contact.ts";
import { DEFAULT_FIELDS, mapFields } from "../domain/fields.ts";
import { MEMBER_STATUSES } from "../domain/status.ts";
import { DEFAULT_TAG_NAMES } from "../domain/tags.ts";
import { newLink } from "../plan/link-patch.ts";
import type { Conflict } from "../plan/notes.ts";
import type { AddressVerdict } from "./pair-address.ts";
import { notWrittenBecause, pairBecause, refusedBecause, unknownBecause } from "./standing-reasons.ts";
import type { Policy } from "./world.ts";

const { mapped } = mapFields(
  DEFAULT_FIELDS,
  ["FNAME", "LNAME", "TITLE"].map((tag) => mergeField(tag)),
  [],
);
const policy = { mapped, tagNames: DEFAULT_TAG_NAMES, tagStyle: "unicode" } as unknown as Policy;
const title = mapped.find((one) => one.copper === "title")!.pair;
const first = mapped.find((one) => one.copper === "first_name")!.pair;
const link = newLink(1, "k", "ana@exemple.fr", 1);
interface Now {
  readonly person?: Partial<typeof ana>;
  readonly member?: Partial<Member>;
  readonly refused?: Link["refused"];
  readonly address?: AddressVerdict;
}
function reason({ person = {}, member = {}, refused = {}, address = { become: "nothing" } }: Now) {
  const now = { ...ana, ...person };
  const contact = { person: now, addresses: validKeys(now.emails) };
  return pairBecause(contact, { ...there, ...member }, { ...link, refused }, address, policy);
}
const refusal = (why: Refusal["why"]): Refusal => ({ from: "copper", value: "x", why });

test.each([
  ["FORGOTTEN_EMAIL", { reason: "forgotten", counted: "forgotten" }],
  ["COMPLIANCE_STATE", { reason: "must-resubscribe", counted: "unsubscribed" }],
  ["INVALID_ADDRESS", { reason: "fake-address", counted: "invalidEmail" }],
])("C5: an address that was refused with %s", (code, because) => expect(refusedBecause(code)).toEqual(because));

test.each([
  ["subscribed", "next-run", "in-step"],
  ["unsubscribed", "unsubscribed-unknown", "unsubscribed"],
  ["pending", "unconfirmed-unknown", "unconfirmed"],
  ["transactional", "not-subscribed-unknown", "not-subscribed"],
  ["cleaned", "cleaned", "cleaned"],
  ["archived", "archived-in-mailchimp", "archived-in-mailchimp"],
] as const)("a member who is %s: %s where Copper does not have them, %s in a pair", (status, alone, linked) => {
  expect(unknownBecause(status)).toBe(alone);
  expect(reason({ member: { status } })).toEqual({ reason: linked });
});

describe("V9: a member who gets no writes", () => {
  const by = (status: Member["status"], archived: Link["archived"] = null) =>
    notWrittenBecause({ ...there, status }, { ...link, archived });
  test("is cleaned or archived; any other gets them", () => {
    for (const status of MEMBER_STATUSES) {
      const because = { cleaned: "cleaned", archived: "archived-in-mailchimp" }[status as string];
      expect(by(status), status).toEqual(because === undefined ? undefined : { reason: because });
    }
  });
  test("C1: was archived by an undo, as long as nobody changed them since", () => {
    const undo = { from: "subscribed", why: "undo", at: there.changedAt } as const;
    expect(by("archived", undo)).toEqual({ reason: "archived-by-undo" });
    expect(by("archived", { ...undo, at: 1 })).toEqual({ reason: "archived-in-mailchimp" });
    expect(by("archived", { ...undo, why: "gone" })).toEqual({ reason: "archived-in-mailchimp" });
    expect(by("cleaned", undo)).toEqual({ reason: "cleaned" });
    expect(by("subscribed", undo)).toBeUndefined();
  });
});

describe("an address that does not move", () => {
  const conflict: Conflict = {
    contact: "x",
    field: "email",
    copper: "New@x.fr",
    mailchimp: "ana@exemple.fr",
    kept: "none",
  };
  test("because another contact has it: the one that is not linked is shown", () => {
    expect(reason({ address: { become: "taken", conflict } })).toEqual({
      reason: "address-taken",
      detail: { address: "New@x.fr" },
    });
    const other = { ...conflict, copper: "ana@exemple.fr", mailchimp: "New@x.fr" };
    expect(reason({ address: { become: "taken", conflict: other } }).detail).toEqual({ address: "New@x.fr" });
    const typed = { ...conflict, mailchimp: "Ana@Exemple.fr" };
    expect(reason({ address: { become: "taken", conflict: typed } }).detail).toEqual({ address: "New@x.fr" });
  });
  test("because it is refused, or the member's status forbids it", () => {
    const email = "new@x.fr";
    expect(reason({ address: { become: "refused", email } })).toEqual({
      reason: "address-refused",
      detail: { address: email },
    });
    expect(reason({ address: { become: "forbidden", email } })).toEqual({
      reason: "old-address",
      detail: { address: email },
    });
  });
  test("because it was not taken: the person has others than the member", () => {
    expect(reason({ person: { emails: ["new@x.fr", "b@x.fr"] } })).toEqual({
      reason: "address-not-taken",
      detail: { address: "new@x.fr" },
    });
    expect(reason({ person: { emails: [] } })).toEqual({ reason: "address-not-taken", detail: { address: "" } });
    expect(reason({ person: { emails: ["b@x.fr", "ANA@exemple.fr"] } })).toEqual({ reason: "in-step" });
  });
});

describe("a value or tag that did not cross", () => {
  const fields = { ...ana.fields, title: "A" };
  const differs = { person: { fields }, member: { fields: { ...there.fields, TITLE: "B" } } };
  const kept = (reason: string, ...names: string[]) => ({ reason, detail: { fields: names } });
  test("because it cannot be converted, or was refused", () => {
    for (const why of ["cannot", "refused"] as const)
      expect(reason({ ...differs, refused: { [title]: refusal(why) } })).toEqual(kept("value-kept-back", "title"));
  });
  test("V13: or was not taken, and is tried again", () => {
    expect(reason({ ...differs, refused: { [title]: refusal("not-taken") } })).toEqual(
      kept("value-not-taken", "title"),
    );
    const two = { person: { fields: { ...fields, first_name: "B" } }, member: differs.member };
    const refused = { [first]: refusal("cannot"), [title]: refusal("not-taken") };
    expect(reason({ ...two, refused })).toEqual(kept("value-not-taken", "first_name", "title"));
  });
  test("is none where both hold the same by now, a side does not show it, or nothing is remembered", () => {
    const refused = { [title]: refusal("refused") };
    expect(reason({ ...differs, member: { fields: { ...there.fields, TITLE: "A" } }, refused }).reason).toBe("in-step");
    expect(reason({ ...differs, member: { fields: { ...there.fields, TITLE: null } }, refused }).reason).toBe(
      "in-step",
    );
    expect(reason({ ...differs, person: { fields: { ...fields, title: null } }, refused }).reason).toBe("in-step");
    expect(reason(differs).reason).toBe("in-step");
    expect(reason({ ...differs, refused: { email: refusal("not-taken") } }).reason).toBe("in-step");
  });
  test("of tags: those that the member still lacks, each field named once", () => {
    const refused = { "tag:new": refusal("not-taken"), "tag:old": refusal("cannot"), "tag:vip": refusal("not-taken") };
    const person = { tags: ["New", "Old", "VIP", "Other"] };
    expect(reason({ person, refused })).toEqual(kept("value-not-taken", "tags"));
    expect(reason({ person: { tags: ["Old"] }, refused })).toEqual(kept("value-kept-back", "tags"));
    expect(reason({ person: { tags: ["VIP", "Other"] }, refused }).reason).toBe("in-step");
    expect(reason({ person: { tags: [] }, refused }).reason).toBe("in-step");
  });
  test("T6: a cut list of tags says nothing of tags", () => {
    const refused = { "tag:new": refusal("not-taken"), [title]: refusal("cannot") };
    const cut = { tagsCut: true } as const;
    expect(reason({ person: { tags: ["New"] }, member: cut, refused }).reason).toBe("in-step");
    const both = { person: { fields, tags: ["New"] }, member: { ...differs.member, ...cut }, refused };
    expect(reason(both)).toEqual(kept("value-kept-back", "title"));
  });
});
