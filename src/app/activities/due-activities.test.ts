/** What a campaign causes: for each person the first time of each kind, and of nobody else anything. */
import { expect, test } from "vitest";
import { gather, type Happened } from "./due-activities.ts";

test("the first time counts, whatever comes first; strangers are passed over", () => {
  const happened: Happened = new Map();
  const open = (email: string, at: number) => ({ email, kind: "open" as const, at });
  gather(happened, [open("ana", 5), open("nobody", 1), open("ana", 3)], (email) => (email === "ana" ? 7 : undefined));
  gather(happened, [open("ana", 4)], () => 7);
  expect(happened).toEqual(new Map([[7, new Map([["open", 3]])]]));
});
