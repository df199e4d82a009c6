/** Sends an alert about a service that failed before a connection could be opened. */
import { explain } from "../app/error-messages.ts";
import { notifyOfFailure } from "../app/notify.ts";
import type { Settings } from "../config/settings.ts";
import { scopeOf } from "../domain/scope.ts";
import { ServiceError } from "../http/answer.ts";
import { type Language, texts } from "../i18n/texts.ts";
import { anyChannel } from "../notify/channels.ts";
import { databaseStore } from "../store/store.ts";
import { fingerprintOf, knownAccount } from "./account-of-key.ts";
import { open } from "./wire.ts";

/**
 * Sends the alert if the account was known before, since the history of alerts is stored by account.
 * @param error what stopped the connection; other errors than ServiceError are ignored
 * @throws LogFolderError, DatabaseError
 */
export async function notifyOfService(settings: Settings, language: Language, error: unknown): Promise<void> {
  if (!anyChannel(settings.notify) || !(error instanceof ServiceError)) return;
  const opened = await open(settings, new AbortController().signal);
  const { database, clean, log } = opened;
  try {
    const account = await knownAccount(database, fingerprintOf(settings.copper));
    if (account === undefined) return;
    const store = databaseStore(database, scopeOf(account.id, settings.mailchimp.listId), Date.now, { ends: false });
    const { code, text } = explain(error, texts(language));
    const notifying = { name: settings.connection, channels: settings.notify, store, log };
    await notifyOfFailure(notifying, language, { code, message: clean(text) });
  } finally {
    await database.destroy();
  }
}
