/** Texts that many records share (tags, cities, companies), kept once each: a hundred thousand people then fit into the
 * memory of a cheap server. */

/** So many texts are remembered; what comes later is kept as it comes. */
const MOST = 50_000;

/** Longer texts are hardly ever shared. */
const LONGEST = 60;

/** Gives the one copy of a text. */
export type Intern = <T extends string>(text: T) => T;

/** A pool of its own. */
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
