/** A8: what a probe found out is what runs go by, and what it could not find out changes nothing. */
import { expect, test } from "vitest";
import { answersOf, type Capabilities, capabilitiesOf, type Probed, type Question } from "./capabilities.ts";

const rows: readonly (readonly [Partial<Record<Question, boolean>>, Capabilities])[] = [
  [{}, {}],
  [{ "bulk-updates": true }, { updatesInBulk: true }],
  [{ "bulk-updates": false }, { updatesInBulk: false }],
  [{ "bulk-updates": true, "bulk-keeps-status": true }, { updatesInBulk: true }],
  [{ "bulk-updates": true, "bulk-keeps-status": false }, { updatesInBulk: false }],
  [
    { "tags-move-person": true, "tags-move-member": false },
    { tagsMovePerson: true, tagsMoveMember: false },
  ],
  [
    { "tags-move-person": false, "tags-move-member": true },
    { tagsMovePerson: false, tagsMoveMember: true },
  ],
  [
    { "name-parts": true, "customs-in-part": false },
    { namePartsTaken: true, customsInPart: false },
  ],
  [
    { "name-parts": false, "customs-in-part": true },
    { namePartsTaken: false, customsInPart: true },
  ],
  [{ "state-nbsp": true, "state-na": true }, { stateStandIn: "nbsp" }],
  [{ "state-nbsp": false, "state-na": true }, { stateStandIn: "n/a" }],
  [{ "state-nbsp": false, "state-na": false }, { stateStandIn: "none" }],
  [{ "state-nbsp": false }, {}],
  [{ "tags-emoji": true, "tags-shown": false, removed: true }, {}],
];
test.each(rows)("%j is %j", (said, capabilities) => {
  const probed: Probed[] = [];
  const tell = answersOf("mailchimp", probed);
  for (const [question, answer] of Object.entries(said)) tell(question as Question, answer);
  for (const question of ["tags-move-person", "name-parts", "bulk-updates", "state-nbsp"] as const)
    if (!(question in said)) tell(question, undefined);
  expect(capabilitiesOf(probed)).toEqual(capabilities);
});
test("an answer is yes, no or unknown, with what the service said", () => {
  const probed: Probed[] = [];
  const tell = answersOf("copper", probed);
  tell("tags-emoji", true, "🎉");
  tell("tags-emoji", false);
  tell("tags-emoji", undefined);
  expect(probed).toEqual([
    { side: "copper", question: "tags-emoji", answer: "yes", detail: "🎉" },
    { side: "copper", question: "tags-emoji", answer: "no", detail: "" },
    { side: "copper", question: "tags-emoji", answer: "unknown", detail: "" },
  ]);
});
