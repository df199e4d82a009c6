/** Tests what a refusal means, which fields it names, and whether it is retried (A4, A10, C6). */
import { describe, expect, test } from "vitest";
import { LOST, type Refused } from "../http/answer.ts";
import { classify, failureOf, fieldsNamed, isDeactivated, nameIn, namesNoField } from "./refusal.ts";

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
test.each([
  ["detail and errors", { title: "T", detail: "D", errors: [{ field: "A", message: "is wrong" }] }, "D A: is wrong"],
  ["errors that name no field", { title: "T", detail: "", errors: [{ field: "", message: "is wrong" }] }, "T is wrong"],
  ["a title only", { title: "T" }, "T"],
  ["a title and a detail", { title: "T", detail: "D" }, "D"],
  ["parts in another form", { title: 7, detail: null, errors: ["odd", { field: 7, message: null }] }, ""],
  ["errors in another form", { detail: "D", errors: "odd" }, "D"],
  ["nothing", {}, ""],
])("the words of a refusal with %s", (_, body, message) => {
  expect(failureOf(refused(400, body)).message).toBe(message);
});
test("a page in place of an answer is cut", () => {
  expect(failureOf(refused(502, undefined, "x".repeat(1_000))).message).toHaveLength(200);
  expect(failureOf(refused(LOST, { detail: "D" }, "reset")).message).toBe("reset");
});

test.each([
  ["FNAME", { name: "FNAME" }],
  ["fname", { name: "FNAME" }],
  ["merge_fields.FNAME", { name: "FNAME" }],
  ["members.item:12.merge_fields.FNAME", { item: 12, name: "FNAME" }],
  ["item:3.merge_fields.ADDRESS.city", { item: 3, name: "ADDRESS" }],
  ["ADDRESS.addr1", { name: "ADDRESS" }],
  [" email address ", { name: "EMAIL ADDRESS" }],
  ["", { name: "" }],
])("the field %j is %j", (field, is) => expect(nameIn(field)).toStrictEqual(is));

describe("the merge fields that a refusal names", () => {
  const names = (...fields: string[]) =>
    fieldsNamed(refused(400, { errors: fields.map((field) => ({ field, message: "" })) })).map(({ name }) => name);
  test("are those with a name, but for the address", () => {
    expect(names("FNAME", "", "email address", "email", "email_address", "EMAIL2", "merge_fields.LNAME")).toEqual([
      "FNAME",
      "EMAIL2",
      "LNAME",
    ]);
  });
  test.each([undefined, "<html>", {}, { errors: null }])("are none in %j", (body) => {
    expect(fieldsNamed(refused(400, body))).toEqual([]);
  });
});

test.each<[what: string, answer: Refused, is: boolean]>([
  ["about nothing that we know", saying(400, "is invalid"), true],
  ["without words", refused(400, {}), true],
  ["in no form that we know", refused(400, "<html>"), true],
  ["with another status", saying(404, "is invalid"), false],
  ["that names a field", aboutField("FNAME"), false],
  ["about the address", aboutField("email address"), false],
  ["whose title says why", saying(400, "is invalid", "Member Exists"), false],
  ["whose detail says why", saying(400, "is in a compliance state"), false],
  ["whose errors say why", refused(400, { errors: [{ field: "", message: "has too many recent signups" }] }), false],
])("A10: whether a refusal may be about a field that it does not name: one %s", (_, answer, is) => {
  expect(namesNoField(answer)).toBe(is);
});

test.each<[status: number, body: unknown, is: boolean]>([
  [403, { title: "User Disabled" }, true],
  [403, { title: "Account deactivated" }, true],
  [403, { title: "Account suspended" }, true],
  [403, { title: "Account closed" }, true],
  [403, { title: "Forbidden" }, false],
  [403, {}, false],
  [403, "<html>", false],
  [400, { title: "User Disabled" }, false],
])("whether the account ended: %i %j", (status, body, is) => expect(isDeactivated(refused(status, body))).toBe(is));

test("W4: a move that is refused for the address is known as such; any other refusal is what it is", () => {
  const code = (answer: Refused, moving = true) => failureOf(answer, moving).code;
  expect(code(aboutField("email address"))).toBe("MOVE_REFUSED");
  expect(code(aboutField("email address"), false)).toBe("REFUSED");
  expect(failureOf(aboutField("email address")).code).toBe("REFUSED");
  expect(code(saying(400, "is invalid"))).toBe("REFUSED");
  expect(code(refused(400, { detail: "looks fake or invalid", errors: [{ field: "email", message: "" }] }))).toBe(
    "INVALID_ADDRESS",
  );
  const both = { errors: [{ field: "email" }, { field: "FNAME" }, { field: "" }] };
  expect(failureOf(refused(400, both), true)).toMatchObject({ code: "FIELD_REFUSED", fields: ["FNAME"] });
});

test.each([
  ["Forgotten Email Not Subscribed", "FORGOTTEN_EMAIL", false],
  ["a@b.fr was permanently deleted and cannot be re-imported", "FORGOTTEN_EMAIL", false],
  ["is in a compliance state due to unsubscribe", "COMPLIANCE_STATE", false],
  ["Member Exists", "MEMBER_EXISTS", true],
  ["a@b.fr is already a list member", "MEMBER_EXISTS", true],
  ["has signed up to a lot of lists very recently; we're not allowing more signups for now", "LATER", true],
  ["has too many recent signup requests", "LATER", true],
  ["You have reached your contact limit", "ACCOUNT_LIMIT", true],
  ["Your account is over its monthly limit", "ACCOUNT_LIMIT", true],
  ["This exceeds your plan", "ACCOUNT_LIMIT", true],
  ["a@b looks fake or invalid, please enter a real email address.", "INVALID_ADDRESS", false],
  ["Please provide a valid email address.", "INVALID_ADDRESS", false],
  ["Invalid email", "INVALID_ADDRESS", false],
  ["something else", "REFUSED", true],
])("the words %j mean %s", (words, code, retry) => {
  expect(classify(words, "message")).toEqual({ code, message: "message", retry });
});
