/**
 * Which past runs are kept. Pure.
 *
 *   | a run that is            | is kept                     |
 *   |--------------------------|-----------------------------|
 *   | younger than 30 days     | yes                         |
 *   | younger than a year      | the last one of its day     |
 *   | older                    | no                          |
 */

const DAY = 86_400_000;
const ALL_OF = 30 * DAY;
const ANY_OF = 365 * DAY;

/**
 * Returns the ids of runs to delete, with their journal entries.
 * @param runs with their start times (RFC 3339)
 * @param now Unix ms
 */
export function outdated(runs: readonly { readonly id: string; readonly startedAt: string }[], now: number): string[] {
  const last = new Map<string, string>();
  for (const { startedAt } of runs) {
    const day = startedAt.slice(0, 10);
    if (startedAt > (last.get(day) ?? "")) last.set(day, startedAt);
  }
  return runs
    .filter(({ startedAt }) => {
      const age = now - Date.parse(startedAt);
      return age >= ANY_OF || (age >= ALL_OF && last.get(startedAt.slice(0, 10)) !== startedAt);
    })
    .map((run) => run.id);
}
