import fc from "fast-check";
import { expect, test } from "vitest";
import { freshKey, VaultKeyError, vaultOf } from "./vault.ts";

test("what was sealed opens with its key, about the same thing, unchanged; and in no other way", () => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(text, text, text, fc.nat(), (secret, about, other, place) => {
      const [key, later] = [freshKey(), freshKey()];
      const vault = vaultOf(key);
      const sealed = vault.seal(secret, about);
      expect(vault.open(sealed, about)).toBe(secret);
      expect(vaultOf(`${later}\n${key}`).open(sealed, about)).toBe(secret);
      expect(() => vaultOf(later).open(sealed, about)).toThrow(VaultKeyError);
      if (other !== about) expect(() => vault.open(sealed, other)).toThrow(VaultKeyError);
      const bytes = Buffer.from(sealed.split(".")[4]!, "base64");
      if (bytes.length === 0) return;
      const at = place % bytes.length;
      bytes[at] = bytes[at]! ^ 1;
      const changed = [...sealed.split(".").slice(0, 4), bytes.toString("base64")].join(".");
      expect(() => vault.open(changed, about)).toThrow(VaultKeyError);
    }),
  );
});
test("a key that is none is told, without being shown", () => {
  expect(() => vaultOf("")).toThrow(new VaultKeyError("missing"));
  const short = "c2hvcnQta2V5LXRoYXQtaXMtbm9uZQ==";
  expect(() => vaultOf(short)).toThrow(VaultKeyError);
  try {
    vaultOf(short);
  } catch (error) {
    expect(String(error)).not.toContain(short);
  }
});
