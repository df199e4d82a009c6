import { closeSync, openSync, writeSync } from "node:fs";
import { expect, test } from "vitest";
import { texts } from "../i18n/texts.ts";
import { explain } from "./error-messages.ts";

test("A1: a disk that is full in the middle of a run is no fault of the program: what to do, and that nothing is lost", () => {
  const full = openSync("/dev/full", "w");
  let thrown: unknown;
  try {
    writeSync(full, "people");
  } catch (error) {
    thrown = error;
  } finally {
    closeSync(full);
  }
  expect(explain(thrown, texts("en"))).toMatchObject({ exit: 5, code: "disk-full" });
  expect(explain(thrown, texts("fr")).text).toContain("plus de place sur le disque");
});
