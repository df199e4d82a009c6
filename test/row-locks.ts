import { type Kysely, type KyselyPlugin, SelectQueryNode } from "kysely";

const plugin: KyselyPlugin = {
  transformQuery({ node }) {
    if (!SelectQueryNode.is(node)) return node;
    const { endModifiers: _, ...rest } = node;
    return rest;
  },
  transformResult: async ({ result }) => result,
};

/** A database whose statements ask for no row locks: SQLite has none, and a transaction of it is alone anyway. */
export function withoutRowLocks<T>(database: Kysely<T>): Kysely<T> {
  return database.withPlugin(plugin);
}
