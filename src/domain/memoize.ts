/** Caching of a pure function's results. */

/** The most results to keep. Later ones are computed each time, so that the cache cannot grow without bound. */
const MOST = 50_000;

/**
 * Returns a function with its results cached. For functions that get the same few texts many times, such as tag names.
 * @param of a pure function of a text
 */
export function memoize(of: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const there = known.get(text);
    if (there !== undefined) return there;
    const answer = of(text);
    if (known.size < MOST) known.set(text, answer);
    return answer;
  };
}
