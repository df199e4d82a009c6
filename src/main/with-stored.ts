/** Opens what is stored of a connection, without asking the services which account it is. */
import { scopeOf } from "../domain/scope.ts";
import type { Store } from "../ports/store.ts";
import { openDatabase } from "../store/open.ts";
import { databaseStore } from "../store/store.ts";
import { fingerprintOf, knownAccount } from "./account-of-key.ts";
import { chosenSettings } from "./chosen-settings.ts";

/**
 * Opens the store of the chosen connection, calls `work`, and closes it. The store is empty if no run ever found out
 * the account.
 * @throws SettingsError, DatabaseError, and the errors of `work`
 */
export async function withStored<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const settings = await chosenSettings();
  const database = await openDatabase(settings.database);
  try {
    const account = await knownAccount(database, fingerprintOf(settings.copper));
    const scope = scopeOf(account?.id ?? "", settings.mailchimp.listId);
    return await work(databaseStore(database, scope, Date.now, { ends: false }));
  } finally {
    await database.destroy();
  }
}
