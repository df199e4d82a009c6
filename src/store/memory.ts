/** The store (port `Store`) in memory: the same promises, nothing kept. For tests that live through thousands of runs. */
import type { Operation } from "../plan/operations.ts";
import type { JournalEntry, KeptCopy, Learnt, State, Store } from "../plan/ports.ts";
import type { RunDocument } from "../plan/run-document.ts";

interface Entry {
  readonly id: number;
  readonly run: string;
  readonly operation: Operation;
  state: string;
}

/** Records by key, copied on the way in and out, as a database would. */
function table<T>() {
  const rows = new Map<string, string>();
  return {
    put: (key: string | number, value: T) => void rows.set(String(key), JSON.stringify(value)),
    drop: (key: string | number) => void rows.delete(String(key)),
    get: (key: string | number) => {
      const row = rows.get(String(key));
      return row === undefined ? undefined : (JSON.parse(row) as T);
    },
    all: () => [...rows.keys()].sort().map((key) => JSON.parse(rows.get(key)!) as T),
  };
}

/** @param now milliseconds since 1970 */
export function memoryStore(now: () => number): Store {
  const persons = table<State["persons"][number]>();
  const members = table<State["members"][number]>();
  const links = table<State["links"][number]>();
  const rejections = table<State["rejections"][number]>();
  const reviews = table<State["reviews"][number]>();
  const troubles = table<State["troubles"][number]>();
  const deleted = table<string>();
  const facts = table<unknown>();
  const copies = table<KeptCopy>();
  const runs = new Map<
    string,
    { startedAt: string; document: RunDocument; report: Readonly<Record<string, string>> }
  >();
  const journal: Entry[] = [];
  let lease: { holder: string; since: string } | undefined;

  function learn(learnt: Learnt): void {
    for (const id of learnt.personsGone ?? []) persons.drop(id);
    for (const key of learnt.membersGone ?? []) members.drop(key);
    for (const id of learnt.unlinked ?? []) links.drop(id);
    for (const address of learnt.rejectionsLifted ?? []) rejections.drop(address);
    for (const id of learnt.reviewsOver ?? []) reviews.drop(id);
    for (const contact of learnt.troublesOver ?? []) troubles.drop(contact);
    for (const address of learnt.restored ?? []) deleted.drop(address);
    for (const one of learnt.persons ?? []) persons.put(one.id, one);
    for (const one of learnt.members ?? []) members.put(one.key, one);
    for (const one of learnt.links ?? []) links.put(one.personId, one);
    for (const one of learnt.rejections ?? []) rejections.put(one.address, one);
    for (const one of learnt.reviews ?? []) reviews.put(one.personId, one);
    for (const one of learnt.troubles ?? []) troubles.put(one.contact, one);
    for (const address of learnt.deleted ?? []) deleted.put(address, address);
    for (const [name, fact] of Object.entries(learnt.facts ?? {})) facts.put(name, fact ?? null);
  }

  return {
    async load() {
      return {
        persons: persons.all(),
        members: members.all(),
        links: links.all(),
        rejections: rejections.all(),
        reviews: reviews.all(),
        troubles: troubles.all(),
        deleted: deleted.all(),
      };
    },
    learn: async (learnt) => learn(learnt),
    fact: async <T>(name: string) => facts.get(name) as T | undefined,
    async lock(holder) {
      if (lease !== undefined && lease.holder !== holder) return { held: false, by: lease.holder, since: lease.since };
      lease = { holder, since: new Date(now()).toISOString() };
      return { held: true };
    },
    async unlock(holder) {
      if (lease?.holder === holder) lease = undefined;
    },
    async beginRun(run, startedAt) {
      runs.set(run, { startedAt, document: null as never, report: {} });
    },
    async journal(run, operations) {
      return operations.map((operation) => {
        journal.push({ id: journal.length + 1, run, operation: structuredClone(operation), state: "sent" });
        return journal.length;
      });
    },
    async answer(answers, learnt) {
      for (const { id, ok } of answers) journal[id - 1]!.state = ok ? "done" : "failed";
      learn(learnt);
    },
    async inDoubt() {
      return structuredClone(journal.filter((one) => one.state === "sent")) as JournalEntry[];
    },
    async closeDoubts(ids) {
      for (const id of ids) journal[id - 1]!.state = "seen";
    },
    async *operations(run) {
      for (const one of journal) if (one.run === run && one.state === "done") yield one.operation;
    },
    async endRun(run, document, report) {
      runs.set(run, { startedAt: document.startedAt, document, report });
    },
    async runs(limit) {
      return [...runs]
        .map(([run, { startedAt, document }]) => ({
          run,
          startedAt,
          outcome: document?.outcome ?? "running",
          document,
        }))
        .reverse()
        .slice(0, limit);
    },
    run: async (id) => runs.get(id),
    keep: async (copy) => copies.put(copy.personId, copy),
    copies: async () => copies.all(),
    async restoredAs(personId, newId) {
      const copy = copies.get(personId);
      if (copy) copies.put(personId, { ...copy, restoredAs: newId });
    },
    close: async () => undefined,
  };
}
