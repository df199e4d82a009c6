/** Tries keys as they are typed in a terminal or on a page, and returns the same codes for what is wrong. */
import { ServiceError } from "../http/answer.ts";
import type { Audience } from "../ports/sides.ts";
import type { GetSetting } from "../services/service-description.ts";
import { accessSettings, describe } from "../services/services.ts";
import { copperKeyTrouble, type KeyTrouble, troubleIn } from "../setup/keys.ts";
import { type Shared, tryCopper, tryMailchimp } from "./account-of-key.ts";

/** How to try keys. */
interface How {
  /** The database that holds the rate limits of accounts which other processes use, too. */
  readonly shared?: Shared | undefined;
  /** Ends the retries. */
  readonly stop?: AbortSignal;
}

type Tried<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly trouble: KeyTrouble };

/**
 * Tries a Copper key. Also finds out whether its owner can see only some of the people (`byTeam`).
 * @param get returns the settings that are known: an API address of its own
 */
export async function tryCopperKey(
  key: string,
  email: string,
  get: GetSetting,
  how: How,
): Promise<Tried<{ readonly byTeam: boolean }>> {
  const trouble = copperKeyTrouble(key, email);
  if (trouble !== undefined) return { ok: false, trouble };
  return tried(async () => {
    const { byTeam } = await tryCopper(key, email, get, how.shared, how.stop);
    return { byTeam };
  });
}

/**
 * Tries a Mailchimp key, and returns the audiences that it can access.
 * @param get returns the settings that are known: an API address of its own, and the data centre if the key names none
 * @returns as `settings`, what access needs, by the settings' names
 */
export async function tryMailchimpKey(
  key: string,
  get: GetSetting,
  how: How,
): Promise<Tried<{ readonly settings: Readonly<Record<string, string>>; readonly audiences: readonly Audience[] }>> {
  const { typed, toldByKey } = describe("mailchimp");
  const told: Readonly<Record<string, string>> = { [typed[0]]: key, ...toldByKey(key) };
  const of = (setting: string) => told[setting] ?? get(setting).trim();
  const settings = Object.fromEntries(accessSettings("mailchimp").map((setting) => [setting, of(setting)]));
  if (Object.values(settings).includes("")) return { ok: false, trouble: "no-ending" };
  return tried(async () => ({ settings, audiences: await tryMailchimp(of, how.shared, how.stop) }));
}

async function tried<T extends object>(attempt: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { ok: true, ...(await attempt()) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { ok: false, trouble: troubleIn(error.code, error.status) };
  }
}
