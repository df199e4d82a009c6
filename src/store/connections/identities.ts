/** Ids of connections, and the digests by which a webhook finds its connection. */
import { createHash, randomUUID } from "node:crypto";

/**
 * Returns the name of the common fact that holds a webhook's connection.
 * @param secret the secret in the webhook's address; only its digest is stored
 */
export function hookFact(secret: string): `hook ${string}` {
  return `hook ${createHash("sha256").update(secret).digest("hex")}`;
}

/** Returns a new random id, so that none is used twice. */
export function freshIdentity(): string {
  return randomUUID();
}
