/** Parsing the form about settings: it returns only what changes, and an empty field keeps a secret. */
import { describe, expect, test } from "vitest";
import {
  CHANGEABLE,
  type Changeable,
  changeIn,
  GROUPS,
  hasEffect,
  type InForce,
  isEmpty,
} from "./changeable-settings.ts";

const names = Object.keys(CHANGEABLE) as Changeable[];
const now: InForce = {
  values: {
    ...(Object.fromEntries(names.map((name) => [name, ""])) as InForce["values"]),
    SYNC_INTERVAL: "3600",
    FIELD_CONFLICT: "copper",
    NOTIFY_MAIL: "a@b.fr",
  },
  kept: ["NOTIFY_HOOK"],
  fixed: ["ARCHIVE_TAG"],
  filter: { tags: ["VIP", "Presse"] },
};

test("every setting that can be changed is in one group", () => {
  expect(Object.values(GROUPS).flat().sort()).toEqual([...names].sort());
});

describe("a form", () => {
  const same = { SYNC_INTERVAL: "60", FIELD_CONFLICT: "copper", NOTIFY_MAIL: "a@b.fr", tags: "VIP, Presse" };
  test("that repeats what is in force changes nothing", () => {
    const change = changeIn(same, now)!;
    expect(change).toEqual({ settings: {} });
    expect(isEmpty(change)).toBe(true);
  });
  test("names what is otherwise; minutes become seconds, and an empty text takes a setting away", () => {
    const form = { ...same, SYNC_INTERVAL: "2,5", NOTIFY_MAIL: "" };
    expect(changeIn(form, now)).toEqual({ settings: { SYNC_INTERVAL: "150", NOTIFY_MAIL: "" } });
    expect(hasEffect(changeIn(form, now)!)).toBe(false);
  });
  test("leaves a secret that is left blank, and what the environment says", () => {
    expect(changeIn({ ...same, NOTIFY_HOOK: "", ARCHIVE_TAG: "other" }, now)).toEqual({ settings: {} });
    expect(changeIn({ ...same, NOTIFY_HOOK: "https://x.fr/1" }, now)?.settings).toEqual({
      NOTIFY_HOOK: "https://x.fr/1",
    });
  });
  test("about who takes part has to be shown before it is saved; no names mean everybody", () => {
    const change = changeIn({ ...same, tags: "" }, now)!;
    expect(change).toEqual({ settings: {}, filter: null });
    expect(hasEffect(change)).toBe(true);
    expect(changeIn({ ...same, tags: "VIP", contactTypes: " Client ,Client" }, now)?.filter).toEqual({
      tags: ["VIP"],
      contactTypes: ["Client"],
    });
  });
  test.each([
    [{ FIELD_CONFLICT: "whoever" }],
    [{ SYNC_INTERVAL: "0" }],
    [{ SYNC_INTERVAL: "often" }],
    [{ NOTIFY_MAIL: "a\nLOG_DIR=/" }],
    [{ tags: ["a", "b"] }],
  ])("with %j is no such form", (wrong) => expect(changeIn({ ...same, ...wrong }, now)).toBeUndefined());
});
