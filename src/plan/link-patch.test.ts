/** Tests what a change does to a link: baseline and refusals are merged, and what is agreed loses its refusal (V5). */
import { expect, test } from "vitest";
import type { Link, Refusal } from "../domain/contact.ts";
import { newLink, patchLink } from "./link-patch.ts";

const refusal = (value: string): Refusal => ({ from: "copper", value, why: "refused" });
const link: Link = {
  ...newLink(1, "k", "a@x.fr", 3),
  baseline: { x: "1", y: "2" },
  refused: { x: refusal("1"), z: refusal("3"), email: refusal("b@x.fr") },
};

test("a new link has nothing agreed", () => {
  expect(newLink(1, "k", "a@x.fr", 3)).toEqual({
    personId: 1,
    memberKey: "k",
    address: "a@x.fr",
    since: 3,
    baseline: {},
    tagsPut: [],
    refused: {},
    archived: null,
  });
});
test.each([
  ["nothing", {}, {}],
  ["other parts", { address: "b@x.fr", tagsPut: ["vip"] }, { address: "b@x.fr", tagsPut: ["vip"] }],
  ["a refusal, which is added", { refused: { w: refusal("4") } }, { refused: { ...link.refused, w: refusal("4") } }],
  [
    "a refusal, which replaces one",
    { refused: { x: refusal("9") } },
    { refused: { ...link.refused, x: refusal("9") } },
  ],
  [
    "a refusal that is forgotten",
    { refused: { x: null, none: null } },
    { refused: { z: refusal("3"), email: refusal("b@x.fr") } },
  ],
  [
    "a value that is agreed, whose refusal is forgotten",
    { baseline: { x: "5", w: "6" } },
    { baseline: { x: "5", y: "2", w: "6" }, refused: { z: refusal("3"), email: refusal("b@x.fr") } },
  ],
  [
    "a value that is agreed with another refusal of it",
    { baseline: { x: "5" }, refused: { x: refusal("9"), z: null } },
    { baseline: { x: "5", y: "2" }, refused: { x: refusal("9"), email: refusal("b@x.fr") } },
  ],
])("a change of %s", (_, patch, after) => {
  const before = structuredClone(link);
  expect(patchLink(link, patch)).toEqual({ ...link, ...after });
  expect(link, "is not changed itself").toEqual(before);
});
