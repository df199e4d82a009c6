/**
 * The lower bound: the fewest requests, and the least time, in which any program can move what a run moved. Pure. Sizes
 * and limits come from docs/apis/copper.md and docs/apis/mailchimp.md.
 *
 *   | Copper                  | a request holds | Mailchimp                        | a request holds            |
 *   |-------------------------|-----------------|----------------------------------|----------------------------|
 *   | people read             | 200             | members read                     | 1,000                      |
 *   | people created, changed | 10 each         | members created, fields changed  | 500 each                   |
 *   |                         |                 | tags                             | 500 on, 500 off of one tag |
 *   |                         |                 |                                  | or all tags of one member  |
 *   | people deleted          | 1               | addresses moved, archived        | 1                          |
 *
 * Mailchimp's batch endpoint takes thousands of single requests as one, and works through them in its own time. A run
 * that uses it may need fewer requests than this lower bound.
 */
import { tagKey } from "../domain/tags.ts";
import { minVertexCover } from "../limits/min-vertex-cover.ts";
import { describe } from "../services/services.ts";
import { COUNTING, type Operation, recordOf } from "./operations.ts";

const PEOPLE = describe("copper");
const MEMBERS = describe("mailchimp");

/** The services' limits, and how long an answer takes. */
export interface ServiceLimits {
  /** Copper's limit (requests a minute). */
  readonly perMinute: number;
  /** Copper's limit for bulk requests (requests a second). */
  readonly bulkPerSecond: number;
  /** Mailchimp's limit (requests at once). */
  readonly connections: number;
  /** Time from request to answer (ms). */
  readonly latency: number;
}

/** Number of requests by service. */
export interface RequestLowerBound {
  readonly copper: number;
  readonly mailchimp: number;
}

/** Sums up what a run moves, so that the operations themselves need not be kept. */
export class Load {
  readonly #read: { readonly copper: number; readonly mailchimp: number };
  readonly #created = { copper: 0, mailchimp: 0 };
  readonly #single = { copper: 0, mailchimp: 0 };
  /** The contacts to change. Several changes of one go together. */
  readonly #changed = { copper: new Set<unknown>(), mailchimp: new Set<unknown>() };
  readonly #tags = new Map<string, { members: string[]; on: number; off: number }>();

  /** @param read records read from each side */
  constructor(read: { readonly copper: number; readonly mailchimp: number }) {
    this.#read = read;
  }

  /** Adds one operation. */
  add(operation: Operation): void {
    const { side } = operation;
    const { as, together } = COUNTING[operation.operation];
    if (operation.operation === "tag-member") {
      const { key } = operation.member;
      for (const name of operation.add) this.#tag(tagKey(name), key).on += 1;
      for (const { name } of operation.remove) this.#tag(tagKey(name), key).off += 1;
    } else if (as === "nothing") return;
    else if (!together) this.#single[side] += 1;
    else if (as === "created") this.#created[side] += 1;
    else this.#changed[side].add(recordOf(operation));
  }
  /** Returns the changes of one tag; two spellings of it are one. */
  #tag(name: string, member: string) {
    const there = this.#tags.get(name) ?? { members: [], on: 0, off: 0 };
    there.members.push(member);
    this.#tags.set(name, there);
    return there;
  }

  /** Returns the fewest requests for everything added. */
  lowerBound(): RequestLowerBound {
    const pages = (count: number, size: number) => Math.max(1, Math.ceil(count / size));
    const writes = (count: number, size: number) => Math.ceil(count / size);
    const demands = [...this.#tags.values()].map(({ members, on, off }) => ({
      members,
      cost: writes(Math.max(on, off), MEMBERS.perWrite),
    }));
    return {
      copper:
        pages(this.#read.copper, PEOPLE.perPage) +
        writes(this.#created.copper, PEOPLE.perWrite) +
        writes(this.#changed.copper.size, PEOPLE.perWrite) +
        this.#single.copper,
      mailchimp:
        pages(this.#read.mailchimp, MEMBERS.perPage) +
        writes(this.#created.mailchimp, MEMBERS.perWrite) +
        writes(this.#changed.mailchimp.size, MEMBERS.perWrite) +
        minVertexCover(demands).cost +
        this.#single.mailchimp,
    };
  }
}

/**
 * Returns the lower bound of a whole plan.
 * @param read records read from each side
 */
export function requestLowerBound(
  read: { copper: number; mailchimp: number },
  operations: Iterable<Operation>,
): RequestLowerBound {
  const load = new Load(read);
  for (const operation of operations) load.add(operation);
  return load.lowerBound();
}

/**
 * Returns the least time (ms) in which so many requests can be answered, with both services at work at once. Copper's
 * reads come before its writes, since matching needs both sides read. Its limits count rolling windows.
 * @param bulk how many of Copper's requests write in bulk
 */
export function leastTime(bound: RequestLowerBound, bulk: number, limits: ServiceLimits): number {
  const { perMinute, bulkPerSecond, connections, latency } = limits;
  const sent: number[] = [];
  const reads = Math.max(0, bound.copper - bulk);
  for (let index = 0; index < bound.copper; index += 1) {
    const minute = (sent[index - perMinute] ?? -60_000) + 60_000;
    const second = index - bulkPerSecond >= reads ? sent[index - bulkPerSecond]! + 1_000 : 0;
    const known = index >= reads && reads > 0 ? sent[reads - 1]! + latency : 0;
    sent.push(Math.max(minute, second, known));
  }
  const copper = bound.copper === 0 ? 0 : sent.at(-1)! + latency;
  return Math.max(copper, Math.ceil(bound.mailchimp / connections) * latency);
}
