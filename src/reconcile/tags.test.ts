import { expect, test } from "vitest";
import type { Person } from "../domain/contact.ts";
import { DEFAULT_TAG_NAMES } from "../domain/tags.ts";
import { decideStatusTags } from "./tags.ts";

const LEFT = "mailchimp:unsubscribed";
const BOUNCED = "mailchimp:cleaned";

test.each([
  {
    name: "the only audience, nothing known: all of these names are ours",
    known: undefined,
    shared: false,
    remove: [LEFT],
  },
  {
    name: "others are there, nothing known: only what is told now is ours",
    known: undefined,
    shared: true,
    remove: [],
  },
  { name: "others are there, known to be ours", known: [LEFT], shared: true, remove: [LEFT] },
])("C3, C7: $name", ({ known, shared, remove }) => {
  const person = { id: 1, tags: [LEFT] } as unknown as Person;
  const verdict = decideStatusTags(person, "cleaned", DEFAULT_TAG_NAMES, known, shared);
  expect(verdict).toEqual({ add: [BOUNCED], remove, put: [BOUNCED] });
});
