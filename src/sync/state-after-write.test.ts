/** Tests links after a create whose response was lost: the found record is compared afresh, with our tags (A2, T2). */
import { expect, test } from "vitest";
import { ana, there } from "../../test/undoing.ts";
import { newLink } from "../plan/link-patch.ts";
import type { Operation } from "../plan/operations.ts";
import { linkAfter } from "./state-after-write.ts";

const link = { ...newLink(1, "k", "ana@exemple.fr", 1), baseline: { "title|1:text": "A" } };
const operation = {
  side: "mailchimp",
  operation: "create-member",
  contact: "ana@exemple.fr",
  personId: 1,
  tags: ["VIP", "Press"],
  settles: { tagsPut: ["press", "vip"] },
} as unknown as Operation;

test("of the tags that were to be put there those that are there are ours, and everything else is looked at anew", () => {
  const found = { operation, ok: true, found: true, member: there, person: ana } as const;
  expect(linkAfter(found, link, there, undefined, 2)).toMatchObject({
    link: { baseline: {}, tagsPut: ["vip"], memberKey: "k" },
    further: true,
  });
  expect(linkAfter(found, link, undefined, undefined, 2)).toMatchObject({ link: { tagsPut: [] }, further: true });
});
test("V13: of the tags of somebody new those are ours that the answer shows; the others are written on their own", () => {
  const made = { operation, ok: true, member: there } as const;
  expect(linkAfter(made, link, there, undefined, 2)).toMatchObject({ link: { tagsPut: ["vip"] }, further: true });
  const all = { ...there, tags: ["vip", "Press"].map((name, id) => ({ id, name })) };
  expect(linkAfter(made, link, all, undefined, 2)).toMatchObject({
    link: { tagsPut: ["press", "vip"] },
    further: false,
  });
  const cut = { ...there, tagsCut: true as const };
  expect(linkAfter(made, link, cut, undefined, 2)).toMatchObject({
    link: { tagsPut: ["press", "vip"] },
    further: false,
  });
});
