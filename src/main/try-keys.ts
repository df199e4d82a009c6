/** Tries the keys as they are typed, on a terminal or on a page, and says by the same codes what is wrong with them. */
import { ServiceError } from "../http/request.ts";
import type { Audience } from "../mailchimp/audiences.ts";
import { copperKeyTrouble, dataCentreOf, type KeyTrouble, troubleIn } from "../setup/keys.ts";
import { type Shared, tryCopper, tryMailchimp } from "./check-keys.ts";

/** How keys are tried. */
interface How {
  /** Instead of the service's public address. */
  readonly url?: string | undefined;
  /** The limits of accounts that others work for, too. */
  readonly shared?: Shared | undefined;
  /** Ends the tries. */
  readonly stop?: AbortSignal;
}

type Tried<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly trouble: KeyTrouble };

/** Asks Copper whose a key is, and whether it shows its owner some people only. */
export async function tryCopperKey(key: string, email: string, how: How): Promise<Tried<{ readonly byTeam: boolean }>> {
  const trouble = copperKeyTrouble(key, email);
  if (trouble !== undefined) return { ok: false, trouble };
  return tried(async () => {
    const { byTeam } = await tryCopper(key, email, how.url, how.shared, how.stop);
    return { byTeam };
  });
}

/** Asks Mailchimp which audiences a key opens. @param known the data centre, for a key that does not end with it */
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
