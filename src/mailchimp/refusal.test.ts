/** Tests what a refusal means, and whether it is retried (A4, A10, C6). */
import { expect, test } from "vitest";
import { LOST, type Refused } from "../http/answer.ts";
import { failureOf } from "./refusal.ts";

const refused = (status: number, body: unknown = undefined, text = ""): Refused => ({ ok: false, status, body, text });
const saying = (status: number, detail: string, title = "Invalid Resource") => refused(status, { title, detail });
const aboutField = (field: string) =>
  refused(400, { title: "Invalid Resource", detail: "", errors: [{ field, message: "is wrong" }] });

test.each([
  ["an answer that never came", refused(LOST, undefined, "ECONNRESET"), "TEMPORARY", true],
  ["a member changed meanwhile", saying(409, "changed"), "CHANGED_MEANWHILE", true],
  ["nobody there", saying(404, "gone"), "NOT_FOUND", true],
  ["a member who cannot be archived", saying(405, "no"), "CANNOT_ARCHIVE", true],
  ["a field", aboutField("merge_fields.TITLE"), "FIELD_REFUSED", false],
  ["words about nothing that we know", saying(400, "has too many recent signup requests"), "LATER", true],
  [
    "an address that was erased for good",
    saying(400, "x was permanently deleted", "Forgotten Email Not Subscribed"),
    "FORGOTTEN_EMAIL",
    false,
  ],
  ["an address that looks fake", saying(400, "x looks fake or invalid"), "INVALID_ADDRESS", false],
  ["a page in place of an answer", refused(400, undefined, "<html>"), "REFUSED", true],
])("%s", (_, answer, code, retry) => {
  expect(failureOf(answer)).toMatchObject({ code, retry });
});
test("a field is named by the tag that the audience knows it by", () => {
  expect(failureOf(aboutField("merge_fields.TITLE")).fields).toEqual(["TITLE"]);
  expect(failureOf(aboutField("members.item:0.merge_fields.TITLE")).fields).toEqual(["TITLE"]);
});
