/** Opens the database for its connections, and finds the settings of the chosen one. */
import { settingsOfStored, vaultHere } from "../app/stored-connections.ts";
import { settingOf } from "../config/setting-sources.ts";
import { readSettings, type Settings } from "../config/settings.ts";
import { connectionNames } from "../config/yaml.ts";
import type { ConnectionRepository } from "../ports/connection-repository.ts";
import { connectionRepository } from "../store/connections/connection-repository.ts";
import { openDatabase } from "../store/open.ts";

/**
 * Returns the settings of a connection: from the files, or else from the database.
 * @param name by default the one in `SYNC_CONNECTION`
 * @throws SettingsError, DatabaseError, VaultKeyError
 */
export async function chosenSettings(name = process.env.SYNC_CONNECTION ?? ""): Promise<Settings> {
  const ofFiles = () => readSettings({ ...process.env, SYNC_CONNECTION: name }, process.cwd());
  if (name === "" || connectionNames(process.cwd()).includes(name)) return ofFiles();
  return withConnections(async (repository) => {
    const stored = await repository.find(name);
    return stored === undefined ? ofFiles() : settingsOfStored(stored, vaultHere());
  });
}

/**
 * Opens the database, calls `work` with its connections, and closes it.
 * @throws DatabaseError, and the errors of `work`
 */
export async function withConnections<T>(
  work: (repository: ConnectionRepository, database: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(settingOf("DATABASE_URL", process.env, process.cwd()));
  try {
    return await work(connectionRepository(database), database);
  } finally {
    await database.destroy();
  }
}
