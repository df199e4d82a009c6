/** The database of an installation, opened: its connections, who may open them, and who changed what. */
import type { Kysely } from "kysely";
import { settingOf } from "../config/setting-sources.ts";
import type { AccessTokens } from "../ports/access-tokens.ts";
import type { AuditLog } from "../ports/audit-log.ts";
import type { ConnectionRepository } from "../ports/connection-repository.ts";
import type { Store } from "../ports/store.ts";
import { accessTokens } from "../store/connections/access-tokens.ts";
import { auditLog } from "../store/connections/audit-log.ts";
import { connectionRepository } from "../store/connections/connection-repository.ts";
import { openDatabase } from "../store/open.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";

/** What is stored of an installation. */
export interface Installation {
  readonly connections: ConnectionRepository;
  readonly audit: AuditLog;
  readonly accessTokens: AccessTokens;
  /** Returns the store of a connection by its scope. Closing it leaves the database open. */
  storeOf(scope: string): Store;
  readonly database: Kysely<Tables>;
}

/** Returns what an open database stores. */
export function installationIn(database: Kysely<Tables>): Installation {
  return {
    connections: connectionRepository(database),
    audit: auditLog(database),
    accessTokens: accessTokens(database),
    storeOf: (scope) => databaseStore(database, scope, Date.now, { ends: false }),
    database,
  };
}

/**
 * Opens the database of `DATABASE_URL`, calls `work`, and closes it. Reads no other setting, since others may be wrong.
 * @throws DatabaseError, and the errors of `work`
 */
export async function withInstallation<T>(work: (installation: Installation) => Promise<T>): Promise<T> {
  const database = await openDatabase(settingOf("DATABASE_URL", process.env, process.cwd()));
  try {
    return await work(installationIn(database));
  } finally {
    await database.destroy();
  }
}
