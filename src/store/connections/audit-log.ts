/** The port `AuditLog` on a database. */
import type { Kysely } from "kysely";
import type { AuditLog } from "../../ports/audit-log.ts";
import type { Tables } from "../tables.ts";

/** The most entries that are read. */
const LISTED = 500;

/** Implements the port on an open database. */
export function auditLog(database: Kysely<Tables>): AuditLog {
  return {
    async append(entry) {
      await database.insertInto("audit").values(entry).execute();
    },
    list(connection) {
      const all = database.selectFrom("audit").select(["at", "who", "connection", "what", "detail"]);
      const of = connection === undefined ? all : all.where("connection", "=", connection);
      return of.orderBy("id", "desc").limit(LISTED).execute();
    },
  };
}
