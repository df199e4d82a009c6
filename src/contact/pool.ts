/**
 * Texts that many records share (tags, cities, companies), kept once each: a hundred thousand people then fit into the
 * memory of a cheap server.
 */

/** So many texts are remembered; what comes later is kept as it comes. */
const MOST = 50_000;
/** Longer texts are hardly ever shared. */
const LONGEST = 60;

/** Gives the one copy of a text. */
export type Pool = <T extends string>(text: T) => T;

/** A pool of its own. */
export function textPool(): Pool {
  const known = new Map<string, string>();
  return <T extends string>(text: T): T => {
    if (text.length > LONGEST) return text;
    const there = known.get(text);
    if (there !== undefined) return there as T;
    if (known.size < MOST) known.set(text, text);
    return text;
  };
}

/**
 * A function of a text that is asked for the same few texts again and again (the names of tags), with its answers
 * remembered. @param of pure
 */
export function remembered(of: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const there = known.get(text);
    if (there !== undefined) return there;
    const answer = of(text);
    if (known.size < MOST) known.set(text, answer);
    return answer;
  };
}

/** Whether two plain records hold the same, however deep. */
export function alike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) if (!alike(a[key], b[key])) return false;
  return true;
}
