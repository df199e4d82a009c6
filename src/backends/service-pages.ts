/** The addresses of the services' own pages for a connection. */
import { openSettingOf } from "../app/stored-connections.ts";
import type { SettingName } from "../config/setting-sources.ts";
import type { Settings } from "../config/settings.ts";
import { partsOfScope } from "../domain/scope.ts";
import type { StoredConnection } from "../ports/connection-repository.ts";
import { personPages } from "../services/copper.ts";
import { mailchimpUrl, memberPages } from "../services/mailchimp.ts";
import type { Elsewhere } from "../web/views/layout.tsx";

interface Apis {
  readonly copper: Pick<Settings["copper"], "url">;
  readonly mailchimp: Pick<Settings["mailchimp"], "url">;
}

/**
 * Returns the prefixes of the services' pages about contacts.
 * @param apis the API addresses in the settings
 * @param scope the account and the audience (W9)
 */
export function elsewhereOf({ copper, mailchimp }: Apis, scope: string): Elsewhere {
  return {
    copper: personPages(copper.url, partsOfScope(scope).accountId),
    mailchimp: memberPages(mailchimp.url),
  };
}

/** Returns the same for a connection of the database, without decrypting its keys. */
export function elsewhereOfStored(stored: Pick<StoredConnection, "own" | "scope">): Elsewhere {
  const of = (name: string) => openSettingOf(stored, name as SettingName);
  return elsewhereOf({ copper: { url: of("COPPER_API_URL") }, mailchimp: { url: mailchimpUrl(of) } }, stored.scope);
}
