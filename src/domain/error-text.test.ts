import { expect, test } from "vitest";
import { errorText } from "./error-text.ts";

test("of an error its message is shown, of anything else that was thrown what it reads as", () => {
  expect([errorText(new TypeError("no answer")), errorText("no answer"), errorText(undefined)]).toEqual([
    "no answer",
    "no answer",
    "undefined",
  ]);
});
