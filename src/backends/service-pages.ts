/** The addresses of the services' own pages for a connection. */
import { openSettingOf } from "../app/stored-connections.ts";
import type { SettingName } from "../config/setting-sources.ts";
import type { Settings } from "../config/settings.ts";
import { partsOfScope } from "../domain/scope.ts";
import type { StoredConnection } from "../ports/connection-repository.ts";
import { describe, type Service } from "../services/services.ts";
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
  const { accountId } = partsOfScope(scope);
  return {
    copper: describe("copper").pages(copper.url, accountId),
    mailchimp: describe("mailchimp").pages(mailchimp.url),
  };
}

/** Returns the same for a connection of the database, without decrypting its keys. */
export function elsewhereOfStored(stored: Pick<StoredConnection, "own" | "scope">): Elsewhere {
  const of = (name: string) => openSettingOf(stored, name as SettingName);
  const url = (side: Service) => ({ url: describe(side).url(of) });
  return elsewhereOf({ copper: url("copper"), mailchimp: url("mailchimp") }, stored.scope);
}
