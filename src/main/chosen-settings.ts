/** Finds the settings of the chosen connection. */
import { settingsOfStored, vaultHere } from "../app/stored-connections.ts";
import { readSettings, type Settings } from "../config/settings.ts";
import { connectionNames } from "../config/yaml.ts";
import { withInstallation } from "./installation.ts";

/**
 * Returns the settings of a connection: from the files, or else from the database.
 * @param name by default the one in `SYNC_CONNECTION`
 * @throws SettingsError, DatabaseError, VaultKeyError
 */
export async function chosenSettings(name = process.env.SYNC_CONNECTION ?? ""): Promise<Settings> {
  const ofFiles = () => readSettings({ ...process.env, SYNC_CONNECTION: name }, process.cwd());
  if (name === "" || connectionNames(process.cwd()).includes(name)) return ofFiles();
  return withInstallation(async ({ connections }) => {
    const stored = await connections.find(name);
    return stored === undefined ? ofFiles() : settingsOfStored(stored, vaultHere());
  });
}
