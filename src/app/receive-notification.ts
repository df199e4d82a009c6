/** Receives a notification: what it names is read by a run that starts soon. Nothing else that it says is believed. */
import { addressKey } from "../domain/address.ts";
import type { Hints } from "../ports/sides.ts";
import type { Store } from "../ports/store.ts";
import type { Notification } from "../ports/webhooks.ts";
import type { Debouncer } from "../schedule/debounce.ts";

/**
 * Notes the contacts of a notification for the next run, as far as the stored data is older.
 * @param said the notification; `undefined` if it is invalid or concerns another audience
 * @returns whether it is valid
 */
export async function receiveNotification(
  said: Notification | undefined,
  store: Store,
  gathering: Debouncer,
): Promise<boolean> {
  if (said === undefined) return false;
  const news = await newsIn(store, said);
  if (news.personIds.length + news.emails.length > 0) gathering.add(news, Date.now());
  return true;
}

/**
 * Returns the contacts whose stored data is older than a notification. Others are known already: own writes come back,
 * and services send some notifications twice.
 */
async function newsIn(store: Store, said: Notification): Promise<Hints> {
  if (said.side === "copper") {
    const known = new Map((await store.contacts(said.ids)).map(({ person }) => [person?.id, person]));
    const news = said.ids.filter((id) => {
      const person = known.get(id);
      return said.deleted ? person !== undefined : isNews(person?.modifiedAt, said.at);
    });
    return { personIds: news, emails: [] };
  }
  const emails: string[] = [];
  for (const email of said.emails) {
    const found = await store.atAddress(email);
    const member = found.find((one) => one.member && addressKey(one.member.email) === addressKey(email))?.member;
    if (isNews(member?.changedAt, said.at)) emails.push(email);
  }
  return { personIds: [], emails };
}

/**
 * Returns whether a notification is newer than the stored record. Timestamps have a precision of seconds, and one
 * without a time counts as new.
 */
function isNews(known: number | undefined, at: number): boolean {
  return known === undefined || at === 0 || known < at - 1;
}
