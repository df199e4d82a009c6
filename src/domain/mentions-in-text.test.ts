/** Who is mentioned in a text, and who only seems to be. */
import { expect, test } from "vitest";
import { mentionedIn, mentioning } from "./mentions-in-text.ts";

const about = mentioning(["dupont@ex.fr", "people/12"]);
test.each([
  ["dupont@ex.fr", true],
  ["Dupont@EX.fr", true],
  ["What about dupont@ex.fr?", true],
  ["The address of d’dupont@ex.fr.", true],
  ["<dupont@ex.fr>, other", true],
  ["?email=dupont@ex.fr&x=1", true],
  ["GET /people/12", true],
  ["line\ndupont@ex.fr", true],
  ["jean.dupont@ex.fr", false],
  ["jean-dupont@ex.fr", false],
  ["jean+dupont@ex.fr", false],
  ["édupont@ex.fr", false],
  ["dupont@ex.frx", false],
  ["dupont@ex.fr.example", false],
  ["dupont@ex-fr", false],
  ["GET /people/123", false],
  ["", false],
])("%j: %s", (text, is) => expect(about(text)).toBe(is));

test("a document is searched in all its texts and keys, as they are and not as they are written in JSON", () => {
  expect(mentionedIn({ a: [{ b: "x" }, { c: ["for\ndupont@ex.fr"] }] }, about)).toBe(true);
  expect(mentionedIn({ "dupont@ex.fr": 1 }, about)).toBe(true);
  expect(mentionedIn({ a: 1, b: null, c: true, d: "jean.dupont@ex.fr" }, about)).toBe(false);
  expect(mentionedIn("dupont@ex.fr", about)).toBe(true);
});
test("signs of a pattern are letters; nothing is never mentioned", () => {
  expect(mentioning(["a+b@ex.fr"])("to a+b@ex.fr")).toBe(true);
  expect(mentioning(["a.b@ex.fr"])("to axb@ex.fr")).toBe(false);
  for (const text of ["anything", "", " - "]) expect(mentioning([])(text)).toBe(false);
});
