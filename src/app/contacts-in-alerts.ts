/** Texts about contacts in alerts: the name, and the sentence about the contact's standing (R2). */
import type { Texts } from "../i18n/texts.ts";
import type { Alert } from "../notify/alerts.ts";
import { NAMED } from "../notify/message.ts";
import type { StandingContact, Store } from "../ports/store.ts";
import { addressOf, nameOf } from "../wording/contact-row.ts";
import { standingWords } from "../wording/standing.ts";

/** Returns the texts for the contacts that a message names, by the `about` of their alert. */
export async function alertContacts(store: Store, alerts: readonly Alert[], t: Texts): Promise<Map<string, string>> {
  const said = new Map<string, string>();
  for (const list of Map.groupBy(alerts, (alert) => alert.kind).values())
    for (const { about, who } of list.slice(0, NAMED)) {
      if (who === undefined) continue;
      const known = "personId" in who ? [await store.contact(who)] : await store.atAddress(who.address);
      const [one] = await store.standingOf(known.filter(({ person, member }) => person ?? member));
      if (one !== undefined) said.set(about, lineOf(one, "tag" in who ? who.tag : undefined, t));
    }
  return said;
}

function lineOf(one: StandingContact, tag: string | undefined, t: Texts): string {
  const [name, address] = [nameOf(one), addressOf(one)];
  const whom = name === address ? name : `${name} ${address}`.trim();
  // The heading already says what the tag means
  return tag === undefined ? `${whom} — ${standingWords(one.standing, t).message}` : `${whom} (${tag})`;
}
