/**
 * Interning of texts that many records share (tags, cities, companies). One copy of each lets a hundred thousand people
 * fit into the memory of a cheap server.
 */

/** The most texts to remember. Later ones are returned as they are, so that the pool cannot grow without bound. */
const MOST = 50_000;

/** The longest text to remember (characters). Longer ones are hardly ever shared. */
const LONGEST = 60;

/** Returns the shared copy of a text. */
export type Intern = <T extends string>(text: T) => T;

/** Makes an empty pool. */
export function internPool(): Intern {
  const known = new Map<string, string>();
  return <T extends string>(text: T): T => {
    if (text.length > LONGEST) return text;
    const there = known.get(text);
    if (there !== undefined) return there as T;
    if (known.size < MOST) known.set(text, text);
    return text;
  };
}
