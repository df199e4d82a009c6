/** C5, C7: which status tags are ours is remembered with the link, or with the person if there is none. */
import { expect, test } from "vitest";
import type { Link, Person } from "../domain/contact.ts";
import { DEFAULT_TAG_NAMES } from "../domain/tags.ts";
import { newLink } from "../plan/link-patch.ts";
import type { TagPerson } from "../plan/operations.ts";
import { OutcomeApplier } from "./apply-outcomes.ts";

const TAG = "mailchimp:rejected";
const person = (...tags: string[]) =>
  ({ id: 7, name: "Ana", emails: ["a@b.fr"], tags, fields: {}, createdAt: 1, modifiedAt: 1 }) as Person;
const tagging = (add: string[], remove: string[], toldPut: string[]): TagPerson => ({
  side: "copper",
  operation: "tag-person",
  contact: "a@b.fr",
  reason: "status-told",
  personId: 7,
  add,
  remove,
  settles: { toldPut },
});
const applier = (links: readonly Link[], toldAlone: readonly string[] = []) =>
  new OutcomeApplier({
    read: { copper: 1, mailchimp: 1 },
    persons: new Map([[7, person()]]),
    members: new Map(),
    links: new Map(links.map((link) => [link.personId, link])),
    rejected: new Map(),
    since: 1,
    troubles: new Set(),
    policy: { mapped: [], tagNames: DEFAULT_TAG_NAMES },
    run: 1,
    toldAlone: new Map(toldAlone.length > 0 ? [[7, toldAlone]] : []),
  });

test("the tag of a person without a member is remembered with the person, until it is taken off", () => {
  const own = applier([]);
  const put = own.applyOutcomes([{ operation: tagging([TAG], [], [TAG]), ok: true, person: person(TAG) }], 1);
  expect([...own.toldAlone]).toEqual([[7, [TAG]]]);
  expect(put.stateChanges.facts).toEqual({ toldAlone: [[7, [TAG]]] });
  const taken = own.applyOutcomes([{ operation: tagging([], [TAG], []), ok: true, person: person() }], 1);
  expect([...own.toldAlone]).toEqual([]);
  expect(taken.stateChanges.facts).toEqual({ toldAlone: [] });
});
test("the tag of a linked person is remembered with the link", () => {
  const own = applier([newLink(7, "k", "a@b.fr", 1)]);
  own.applyOutcomes([{ operation: tagging([TAG], [], [TAG]), ok: true, person: person(TAG) }], 1);
  expect([...own.toldAlone]).toEqual([]);
  expect(own.links.get(7)?.toldPut).toEqual([TAG]);
});
test("V13: a tag that the answer does not show is remembered nowhere", () => {
  const own = applier([]);
  const { outcomes } = own.applyOutcomes([{ operation: tagging([TAG], [], [TAG]), ok: true, person: person() }], 1);
  expect(outcomes).toMatchObject([{ ok: false, failure: { code: "NOT_TAKEN" } }]);
  expect([...own.toldAlone]).toEqual([]);
});
