/** The set-up asks its questions in order, and continues at the first unanswered one. */
import { describe, expect, test } from "vitest";
import { settingsIn } from "./draft.ts";
import { copperKeyTrouble, troubleIn } from "./key-trouble.ts";
import { isAnswered, mayOpen, nextStep, STEPS, stepAfter, stepBefore } from "./steps.ts";

const nothing = { draft: {}, copper: false, mailchimp: false };
const keys = { draft: {}, copper: true, mailchimp: true };

describe("steps", () => {
  test("the first without an answer is next, and nothing after it may be opened", () => {
    expect(nextStep(nothing)).toBe("copper");
    expect(nextStep(keys)).toBe("audience");
    expect(STEPS.filter((step) => mayOpen(step, keys))).toEqual(["copper", "mailchimp", "audience"]);
  });
  test("a key that is taken away again is asked for again, whatever was answered later", () => {
    const draft = { fields: [], audience: { id: "a", name: "A", members: 1 } };
    expect(nextStep({ draft, copper: true, mailchimp: false })).toBe("mailchimp");
    expect(mayOpen("audience", { draft, copper: true, mailchimp: false })).toBe(false);
  });
  test("the preview is never answered: only starting ends the set-up", () => {
    expect(isAnswered("preview", keys)).toBe(false);
    expect(stepAfter("preview")).toBe("preview");
    expect(stepBefore("copper")).toBeUndefined();
  });
});

describe("keys", () => {
  test("what can be told without asking is told without asking", () => {
    expect(copperKeyTrouble("key", "admin")).toBe("not-an-address");
    expect(copperKeyTrouble("0123456789abcdef0123456789abcdef-us21", "a@b.fr")).toBe("of-the-other");
    expect(copperKeyTrouble("copper-demo-key", "a@b.fr")).toBeUndefined();
  });
  test.each([
    ["credentials", 401, "refused"],
    ["credentials", 403, "forbidden"],
    ["deactivated", 403, "deactivated"],
    ["unreachable", undefined, "unreachable"],
    ["unreachable", 503, "unreachable"],
    ["unreachable", 200, "not-the-service"],
    ["unreadable", 200, "not-the-service"],
  ] as const)("%s with %s means: %s", (code, status, trouble) => expect(troubleIn(code, status)).toBe(trouble));
});

test("R3, C2: no answer is no setting, least of all about consent", () => {
  expect(settingsIn({})).toEqual({});
  expect(settingsIn({ newMembers: "pending", createInCopper: false, only: [] })).toEqual({
    NEW_MEMBER_STATUS: "pending",
    CREATE_IN_COPPER: "false",
  });
});
