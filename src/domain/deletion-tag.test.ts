/** Tests which tags mark a person for deletion (D1). */
import { expect, test } from "vitest";
import { deletionTagOf, isDeletionTag } from "./deletion-tag.ts";

test.each([
  "🗑️ À SUPPRIMER",
  "🗑️ A SUPPRIMER",
  "À SUPPRIMER",
  "A SUPPRIMER",
  "🗑 à supprimer",
  "🗑️à supprimer",
  "A\u0300 supprimer",
  "\u00a0à\u2003 supprimer ",
  "🗑\ufe0f\u202fA Supprimer",
  "À SUPPRIMER 🗑️",
  "a supprimer🗑",
])("D1: “%s” marks", (tag) => {
  expect(isDeletionTag(tag)).toBe(true);
});
test.each([
  "Ne pas supprimer",
  "À supprimer de la liste VIP",
  "supprimer",
  "delete me",
  "",
  "🗑️",
  "ASUPPRIMER",
  "À supprimer !",
  "🗑️ À SUPPRIMER 🗑️",
])("D1: “%s” is an ordinary tag", (tag) => {
  expect(isDeletionTag(tag)).toBe(false);
});
test("D1: names added by the user, in the same forgiving way", () => {
  expect(isDeletionTag("to  DELETE", ["To delete"])).toBe(true);
  expect(isDeletionTag("to delete later", ["To delete"])).toBe(false);
});
test("D1: the first tag that marks a person, as it is written; a blank name of the user marks nobody", () => {
  expect(deletionTagOf(["VIP", "to delete", "À SUPPRIMER"], ["To delete"])).toBe("to delete");
  expect(deletionTagOf(["VIP", "to delete", "À SUPPRIMER"], [])).toBe("À SUPPRIMER");
  expect(deletionTagOf(["VIP"], [])).toBeUndefined();
  expect(deletionTagOf([" ", "VIP"], [""])).toBeUndefined();
});
