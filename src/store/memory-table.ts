/** The tables of the store in memory. */

/** Records by key, copied on the way in and out, as a database would. */
export function table<T>() {
  const rows = new Map<string, string>();
  return {
    put(key: string | number, value: T): void {
      rows.set(String(key), JSON.stringify(value));
    },
    drop(key: string | number): void {
      rows.delete(String(key));
    },
    get: (key: string | number) => {
      const row = rows.get(String(key));
      return row === undefined ? undefined : (JSON.parse(row) as T);
    },
    all: () => [...rows.keys()].sort().map((key) => JSON.parse(rows.get(key)!) as T),
  };
}
