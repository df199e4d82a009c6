/** Tests the standing of one pair from what both sides hold now, whoever else there is (R1). */
import { expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { ana, there } from "../../test/undoing.ts";
import type { Link, Member, Person } from "../domain/contact.ts";
import { DEFAULT_FIELDS, mapFields } from "../domain/fields.ts";
import { DEFAULT_TAG_NAMES } from "../domain/tags.ts";
import { newLink } from "../plan/link-patch.ts";
import { standingOfPair } from "./standing-of-pair.ts";
import type { Policy, World } from "./world.ts";

const { mapped } = mapFields(
  DEFAULT_FIELDS,
  ["FNAME", "LNAME"].map((tag) => mergeField(tag)),
  [],
);
const policy = { mapped, conflict: "copper", tagNames: DEFAULT_TAG_NAMES, tagStyle: "unicode" } as unknown as Policy;
const link: Link = {
  ...newLink(1, "k", "ana@exemple.fr", 1),
  baseline: Object.fromEntries(mapped.map((one) => [one.pair, one.mailchimp === "FNAME" ? "Ana" : "Lopez"])),
  tagsPut: ["vip"],
};
const rejected = new Map([["refused@x.fr", "FORGOTTEN_EMAIL"]]);
const standing = (person: Partial<Person> = {}, member: Partial<Member> = {}) =>
  standingOfPair(
    { ...ana, ...person },
    { ...there, ...member },
    link,
    { run: 1, rejected } as unknown as World,
    policy,
  );

test.each([
  ["both hold the same", {}, {}, { reason: "in-step" }],
  ["a value differs", { fields: { first_name: "Anna", last_name: "Lopez" } }, {}, { reason: "next-run" }],
  ["a tag differs", { tags: [] }, {}, { reason: "next-run" }],
  ["the person has another address", { emails: ["new@x.fr"] }, {}, { reason: "next-run" }],
  ["the member has another address", {}, { email: "new@x.fr" }, { reason: "next-run" }],
  [
    "the person's new address is refused",
    { emails: ["refused@x.fr"] },
    {},
    { reason: "address-refused", detail: { address: "refused@x.fr" } },
  ],
  [
    "the person has no address that can be one",
    { emails: ["nope"] },
    {},
    { reason: "address-not-taken", detail: { address: "" } },
  ],
  [
    "the member is cleaned, and Copper is told",
    { tags: ["mailchimp:cleaned"] },
    { status: "cleaned" },
    { reason: "cleaned" },
  ],
] as const)("%s", (_, person, member, because) => expect(standing(person, member as Partial<Member>)).toEqual(because));
