/** The id of a run. */
import { randomUUID } from "node:crypto";

/**
 * Returns a unique id: the start time and four random characters.
 * @param now ms since 1970
 */
export function runId(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, "")}-${randomUUID().slice(0, 4)}`;
}
