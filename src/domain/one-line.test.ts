/** Text from outside stays on its line, whatever it holds. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { oneLine } from "./one-line.ts";

test.each([
  ["Ana\nBob", "Ana\\nBob"],
  ["Ana\r\nBob", "Ana\\r\\nBob"],
  ["a\tb", "a\\tb"],
  ["\u001b[2J", "\\u001b[2J"],
  ["a\u2028b\u2029", "a\\u2028b\\u2029"],
  ["Élodie 李 🗑️", "Élodie 李 🗑️"],
])("%j is %j", (text, line) => expect(oneLine(text)).toBe(line));

test("no text makes a second line or moves a cursor, and one without such signs stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(oneLine(text)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      if (!/[\p{Cc}\u2028\u2029]/u.test(text)) expect(oneLine(text)).toBe(text);
    }),
  );
});
