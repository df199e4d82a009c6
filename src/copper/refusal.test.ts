/** What a refusal of Copper means, in any of its shapes ("Reaching it" in docs/apis/copper.md). */
import { expect, test } from "vitest";
import { refused } from "../../test/fake-http.ts";
import { LOST } from "../http/answer.ts";
import { failureOf, said } from "./refusal.ts";

test.each([
  ["success, status and message", { success: false, status: 422, message: "Invalid input" }, "Invalid input"],
  ["an error", { error: "Not allowed" }, "Not allowed"],
  ["a message and an error", { message: "Invalid input", error: "Not allowed" }, "Invalid input"],
  ["an object in message", { message: { email: ["is taken"] } }, '{"email":["is taken"]}'],
  ["an object without words", { other: 1 }, '"<html>"'],
  ["no object", "nonsense", '"<html>"'],
])("the words of a refusal with %s", (_, body, words) => {
  expect(said(refused(422, body, "<html>"))).toBe(words);
});
test("long words are cut", () => {
  expect(said(refused(422, { message: "x".repeat(1_000) }))).toHaveLength(300);
});
test.each([
  ["nobody there", refused(404, { message: "gone" }), { code: "NOT_FOUND", message: "gone", retry: true }],
  [
    "an answer that never came",
    refused(LOST, undefined, "reset"),
    { code: "TEMPORARY", message: "reset", retry: true },
  ],
  ["any other", refused(422, { message: "bad" }), { code: "REFUSED", message: "bad", retry: true }],
])("A3: %s", (_, answer, failure) => expect(failureOf(answer)).toEqual(failure));
