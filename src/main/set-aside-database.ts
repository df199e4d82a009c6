/** Renames a database that cannot be read, so that a rebuild begins with an empty one. */
import { settingOf } from "../config/setting-sources.ts";
import { setAsideUnreadable } from "../store/open.ts";

/** Renames the file of `DATABASE_URL` if it is no database. @returns its new name; `undefined` if it can be read */
export function setAsideDatabase(): string | undefined {
  const database = settingOf("DATABASE_URL", process.env, process.cwd());
  return setAsideUnreadable(database, new Date().toISOString().slice(0, 19).replace(/[-:]/g, ""));
}
