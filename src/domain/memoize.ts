/** Answers of a pure function, kept. */

/** So many texts are remembered; what comes later is kept as it comes. */
const MOST = 50_000;

/**
 * A function of a text that is asked for the same few texts again and again (the names of tags), with its answers
 * remembered. @param of pure
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
