/** Tries keys as they are typed in a terminal or on a page, and returns the same codes for what is wrong. */
import { ServiceError } from "../http/answer.ts";
import type { Audience } from "../ports/sides.ts";
import { dataCentreOf } from "../services/mailchimp.ts";
import { copperKeyTrouble, type KeyTrouble, troubleIn } from "../setup/keys.ts";
import { type Shared, tryCopper, tryMailchimp } from "./account-of-key.ts";

/** How to try keys. */
interface How {
  /** The API address; the public one by default. */
  readonly url?: string | undefined;
  /** The database that holds the rate limits of accounts which other processes use, too. */
  readonly shared?: Shared | undefined;
  /** Ends the retries. */
  readonly stop?: AbortSignal;
}

type Tried<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly trouble: KeyTrouble };

/** Tries a Copper key. Also finds out whether its owner can see only some of the people (`byTeam`). */
export async function tryCopperKey(key: string, email: string, how: How): Promise<Tried<{ readonly byTeam: boolean }>> {
  const trouble = copperKeyTrouble(key, email);
  if (trouble !== undefined) return { ok: false, trouble };
  return tried(async () => {
    const { byTeam } = await tryCopper(key, email, how.url, how.shared, how.stop);
    return { byTeam };
  });
}

/**
 * Tries a Mailchimp key, and returns the audiences that it can access.
 * @param known the data centre, for a key without a suffix
 */
export async function tryMailchimpKey(
  key: string,
  known: string,
  how: How,
): Promise<Tried<{ readonly dc: string; readonly audiences: readonly Audience[] }>> {
  const dc = dataCentreOf(key) ?? known.trim();
  if (dc === "") return { ok: false, trouble: "no-ending" };
  return tried(async () => ({ dc, audiences: await tryMailchimp(key, dc, how.url, how.shared, how.stop) }));
}

async function tried<T extends object>(attempt: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { ok: true, ...(await attempt()) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { ok: false, trouble: troubleIn(error.code, error.status) };
  }
}
