/** Tables of the store in memory. */

/** Returns a table of records by key. Records are copied on write and read, as a database would do. */
export function table<T>() {
  const rows = new Map<string, string>();
  return {
    put(key: string | number, value: T): void {
      rows.set(String(key), JSON.stringify(value));
    },
    drop(key: string | number): void {
      rows.delete(String(key));
    },
    /** @param key `undefined` is no record's key */
    get: (key: string | number | undefined) => {
      const row = rows.get(String(key));
      return row === undefined ? undefined : (JSON.parse(row) as T);
    },
    all: () => [...rows.keys()].sort().map((key) => JSON.parse(rows.get(key)!) as T),
  };
}
