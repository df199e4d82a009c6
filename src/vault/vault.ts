/**
 * Credentials at rest: sealed with AES-256-GCM under a key that is not in the database. What is sealed is bound to what
 * it belongs to, so that nobody can put one connection's credentials into another's place.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const IV_BYTES = 12;

/** A key that is missing, no key, or not the one that something was sealed with. Exit 2. */
export class VaultKeyError extends Error {
  readonly code: "missing" | "malformed" | "other" | "unreadable";
  /** @param detail the file, or the fingerprint of the key that is needed; never a key */
  constructor(code: VaultKeyError["code"], detail = "") {
    super(detail);
    this.code = code;
  }
}

export interface Vault {
  /** The fingerprint of the key that seals: the first of them. */
  readonly key: string;
  /** @param about what it belongs to; needed again to open it */
  seal(text: string, about: string): string;
  /** Throws VaultKeyError where it was sealed with another key, about something else, or changed since. */
  open(sealed: string, about: string): string;
}

/** A new key, as it is written into a setting or a file: 32 bytes in base64. */
export function freshKey(): string {
  return randomBytes(KEY_BYTES).toString("base64");
}

/** The keys in one text: between them spaces, commas or line ends. */
export function keysIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((one) => one !== "");
}

/** @param keys one or several in one text; the first seals, all open. Throws VaultKeyError */
export function vaultOf(keys: string): Vault {
  const ring = new Map<string, Buffer>();
  for (const text of keysIn(keys)) {
    const key = Buffer.from(text, "base64");
    if (key.length !== KEY_BYTES) throw new VaultKeyError("malformed");
    ring.set(fingerprint(key), key);
  }
  const [first] = ring;
  if (first === undefined) throw new VaultKeyError("missing");
  const [name, current] = first;
  return {
    key: name,
    seal(text, about) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, current, iv).setAAD(Buffer.from(about));
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return ["1", name, ...[iv, cipher.getAuthTag(), sealed].map((one) => one.toString("base64"))].join(".");
    },
    open(sealed, about) {
      const [version, id = "", iv = "", tag = "", text = ""] = sealed.split(".");
      const key = ring.get(id);
      if (version !== "1" || key === undefined) throw new VaultKeyError("other", id);
      try {
        const cipher = createDecipheriv(CIPHER, key, Buffer.from(iv, "base64"))
          .setAAD(Buffer.from(about))
          .setAuthTag(Buffer.from(tag, "base64"));
        return Buffer.concat([cipher.update(Buffer.from(text, "base64")), cipher.final()]).toString("utf8");
      } catch {
        throw new VaultKeyError("other", id);
      }
    },
  };
}

/** Tells keys apart without telling anything of them. */
function fingerprint(key: Buffer): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 8);
}
