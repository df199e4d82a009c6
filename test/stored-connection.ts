import type { Kysely } from "kysely";
import { partsOf } from "../src/app/stored-connections.ts";
import { connectionShape } from "../src/config/yaml.ts";
import type { StoredConnection } from "../src/ports/connection-repository.ts";
import { connectionRepository } from "../src/store/connections/connection-repository.ts";
import type { Tables } from "../src/store/tables.ts";
import { vaultOf } from "../src/vault/vault.ts";

/** The identity under which `keepConnection` keeps a connection. */
export const idOf = (name: string) => `id-of-${name}`;

/**
 * Keeps a connection in a database without asking the services, as `connections add` would.
 * @param key what its credentials are sealed with
 * @param settings its own, credentials among them
 * @param some what is other than of a connection that was just added and is due in an hour
 */
export async function keepConnection(
  database: Kysely<Tables>,
  key: string,
  settings: Readonly<Record<string, string>>,
  some: Pick<StoredConnection, "name" | "scope"> & Partial<StoredConnection>,
): Promise<void> {
  const { name } = some;
  const repository = connectionRepository(database);
  const connection = {
    id: idOf(name),
    state: "active" as const,
    audience: name,
    ...partsOf({ ...connectionShape.parse({ name }), settings }, vaultOf(key)),
    interval: 3_600,
    due: Date.now() + 3_600_000,
    failures: 0,
    trouble: null,
    added: "2026-01-01T00:00:00Z",
    ...some,
  };
  await repository.add(connection, await repository.find(name));
}
