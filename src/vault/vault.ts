/**
 * Encryption of credentials in the database, with AES-256-GCM and a key that is not in the database. A sealed text is
 * bound to its owner. So a connection's credentials cannot be moved to another connection's row.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const IV_BYTES = 12;

/** A key that is missing, malformed, in an unreadable file, or not the one that sealed a text. Exit 2. */
export class VaultKeyError extends Error {
  readonly code: "missing" | "malformed" | "other" | "unreadable";
  /** @param detail the file, or the fingerprint of the key that is needed; never a key */
  constructor(code: VaultKeyError["code"], detail = "") {
    super(detail);
    this.code = code;
  }
}

/** Seals and opens credentials. */
export interface Vault {
  /** The fingerprint of the key that seals, which is the first one. */
  readonly key: string;
  /**
   * Returns a sealed text: version, key fingerprint, nonce, tag and ciphertext, joined by dots.
   * @param text the credentials
   * @param about the owner; needed again to open it
   */
  seal(text: string, about: string): string;
  /**
   * Returns the text. Throws VaultKeyError if it was sealed with another key or for another owner, or was changed
   * since.
   */
  open(sealed: string, about: string): string;
}

/** Returns a new key in the form of a setting or a key file: 32 bytes in base64. */
export function freshKey(): string {
  return randomBytes(KEY_BYTES).toString("base64");
}

/** Returns the keys in a text, separated by spaces, commas or line ends. */
export function keysIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((one) => one !== "");
}

/**
 * Makes a vault.
 * @param keys one or more keys in one text; the first one seals, and all can open. Put a new key first to change keys
 * @throws VaultKeyError `missing` or `malformed`
 */
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

/** Returns a short digest that tells keys apart and reveals nothing of them. */
function fingerprint(key: Buffer): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 8);
}
