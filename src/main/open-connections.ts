/** Opens the connections that the database keeps. */
import { settingsOfStored, vaultHere } from "../app/stored-connections.ts";
import { readSettings, type Settings, settingOf } from "../config/settings.ts";
import { connectionNames } from "../config/yaml.ts";
import type { ConnectionRepository } from "../ports/connection-repository.ts";
import { connectionRepository } from "../store/connections/connection-repository.ts";
import { openDatabase } from "../store/open.ts";

/** The settings of the connection that was asked for: of the files, else of the database. */
export async function chosenSettings(): Promise<Settings> {
  const name = process.env.SYNC_CONNECTION ?? "";
  if (name === "" || connectionNames(process.cwd()).includes(name)) return readSettings(process.env, process.cwd());
  return withConnections(async (repository) => {
    const stored = await repository.find(name);
    return stored === undefined ? readSettings(process.env, process.cwd()) : settingsOfStored(stored, vaultHere());
  });
}

/** Opens the database for its connections only. Throws DatabaseError. */
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
