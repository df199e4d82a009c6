/** Carries out operations on people against a few people that are kept without any connection. */
import { copperClient } from "../src/copper/client.ts";
import type { RawPerson } from "../src/copper/schema.ts";
import { personWriter } from "../src/copper/writer.ts";
import type { Person } from "../src/domain/contact.ts";
import type { Answer } from "../src/http/answer.ts";
import type { Capabilities } from "../src/plan/capabilities.ts";
import type { AddAddress, CreatePerson, PersonOperation, TagPerson, UpdatePerson } from "../src/plan/operations.ts";
import type { Outcome } from "../src/plan/outcomes.ts";
import { fakeCopper, type Kept } from "./fake-copper.ts";
import type { Asked } from "./fake-http.ts";

const CUSTOMS = [{ id: 1, name: "Note", dataType: "String", options: [] }];
const about = { side: "copper", contact: "", reason: "undo", settles: {} } as const;
/** More readings right before a write than any test needs. */
const ENDLESS = 500;
const address = (id: number) => `p${id}@b.fr`;
export const create = (id: number, fields: object = {}) =>
  ({ ...about, operation: "create-person", name: `P ${id}`, email: address(id), fields }) as unknown as CreatePerson;
export const update = (personId: number, fields: object, name?: string) =>
  ({ ...about, operation: "update-person", personId, fields, before: {}, ...(name && { name }) }) as UpdatePerson;
export const tag = (personId: number, add: string[]): TagPerson => ({
  ...about,
  operation: "tag-person",
  personId,
  add,
  remove: [],
});
export const addAddress = (personId: number, email: string): AddAddress => ({
  ...about,
  operation: "add-address",
  personId,
  email,
  before: [],
});
export const kept = (id: number, some: object = {}): Kept => ({
  id,
  emails: [{ email: address(id) }],
  tags: ["Old"],
  ...some,
});
export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

interface Plan {
  readonly people?: readonly Kept[];
  readonly refuses?: (written: Readonly<Record<string, unknown>>) => string | undefined;
  readonly answers?: (asked: Asked, before: number) => Answer | undefined;
  readonly known?: Capabilities;
  /** Ends the run after so many answers are in the journal. */
  readonly endsAfter?: number;
  readonly stopped?: () => boolean;
}
/** Carries out operations. @returns the outcomes, the requests and waits, and the journal in words */
export async function applied(operations: readonly PersonOperation[], plan: Plan = {}) {
  const { people = [], known = {}, endsAfter = Number.POSITIVE_INFINITY, stopped = () => false } = plan;
  const { refuses, answers } = plan;
  const copper = fakeCopper(people, { refuses, answers, http: { stopped } });
  const journal: string[] = [];
  const outcomes: Outcome<PersonOperation>[] = [];
  const stop = new AbortController();
  const client = copperClient(copper.http);
  let readings = 0;
  const writer = personWriter({
    http: copper.http,
    bulkPerSecond: 3,
    reading: { mapped: [], customs: CUSTOMS, zone: "UTC", traits: { fields: [] } },
    person: (raw: RawPerson) => ({ id: raw.id, tags: raw.tags, title: raw.title, name: raw.name }) as unknown as Person,
    client: {
      ...client,
      fresh(ids) {
        readings += 1;
        if (readings > ENDLESS) throw new Error(`${ENDLESS} readings, and no end`);
        return client.fresh(ids);
      },
    },
    known,
    leave: async (whole) => {
      journal.push(`leave ${whole.length}`);
    },
    stop: stop.signal,
  });
  await writer.apply(operations, {
    async sending(some) {
      journal.push(`sending ${some.length}`);
    },
    async answered(some) {
      journal.push(`answered ${some.length}`);
      outcomes.push(...some);
      if (journal.filter((line) => line.startsWith("answered")).length >= endsAfter) stop.abort();
    },
    left: async () => undefined,
  });
  const requests = copper.asked.map(({ method, path }) => `${method} ${path}`);
  return { ...copper, outcomes, journal, requests, capabilities: writer.capabilities() };
}
