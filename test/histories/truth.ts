/** Both services in memory: what is there, and how a reading shows it. */
import type { Member, Person } from "../../src/domain/contact.ts";
import type { MergeField } from "../../src/domain/fields.ts";
import type { OnPage, OnProgress } from "../../src/ports/sides.ts";

/** Everything that is, and was never asked of the program. */
export interface Truth {
  now: number;
  nextId: number;
  readonly people: Map<number, Person>;
  readonly members: Map<string, Member>;
  readonly forgotten: Set<string>;
  /** The audience's merge fields by now. */
  merges: readonly MergeField[];
  /** Members whose records come in a shape that nobody knows. */
  readonly odd: Set<string>;
}

/** Records on one page of a reading. */
export const PAGE = 3;

/** Shows records page by page, until the reading is stopped. @returns whether it came to its end */
export function show<R>(
  records: readonly R[],
  onPage: OnPage<R>,
  onProgress: OnProgress | undefined,
  stop: AbortSignal,
) {
  let read = 0;
  for (let at = 0; at < records.length && !stop.aborted; at += PAGE) {
    read += onPage(records.slice(at, at + PAGE));
    onProgress?.(read);
  }
  return !stop.aborted;
}
