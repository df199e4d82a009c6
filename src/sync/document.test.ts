/** R2, A12: what the document of a run says of what it read, planned and did. */
import { describe, expect, test } from "vitest";
import { knowing, toPerson, well } from "../../test/applying.ts";
import { SHOWN } from "../plan/operation-views.ts";
import type { Plan } from "../plan/plan.ts";
import type { KindView } from "../plan/run-document.ts";
import { noneSkipped } from "../plan/skipped.ts";
import { emptyDocument, failedBy, told, withDone } from "./document.ts";
import type { Prepared } from "./prepare.ts";
import type { SyncParts } from "./run-context.ts";

const EMPTY = emptyDocument("r", "default", "2026-01-01T00:00:00Z");
const parts = { copper: { requests: () => 4 }, mailchimp: { requests: () => 6 } } as unknown as SyncParts;
const planned = {
  skipped: { ...noneSkipped(), noEmail: 1 },
  conflicts: [{ contact: "a@b.fr", field: "address", kept: "none", copper: { city: "Lyon" }, mailchimp: "Paris" }],
  notes: [{ contact: "a@b.fr", code: "planned", value: "" }],
  guard: null,
} as unknown as Plan;
const prepared = {
  seen: { mode: "full", read: { copper: 2, mailchimp: 3 }, doubted: [{ side: "copper" }] },
  plan: planned,
  reviews: [{ ignored: true }, { ignored: false }, { ignored: false }],
  world: { rejected: new Map([["x@b.fr", "FORGOTTEN_EMAIL"]]) },
  signUpUrl: "https://sign.up",
  besides: { ...noneSkipped(), noEmail: 2 },
} as unknown as Prepared;

describe("of a run with a plan", () => {
  test("that wrote nothing", () => {
    const document = told(parts, prepared);
    expect(document).toStrictEqual({
      mode: "full",
      copper: { read: 2, created: 0, updated: 0, deleted: 0, requests: 4 },
      mailchimp: { ...EMPTY.mailchimp, read: 3, requests: 6 },
      skipped: { ...noneSkipped(), noEmail: 3 },
      conflicts: [
        { contact: "a@b.fr", field: "address", kept: "none", copper: expect.any(String), mailchimp: "Paris" },
      ],
      failures: [],
      pendingDeletions: 2,
      guard: null,
      doubted: [{ side: "copper" }],
      notes: [{ contact: "a@b.fr", code: "planned", value: "" }],
      rejected: { new: [], total: 1, signUpUrl: "https://sign.up" },
      summary: {},
    });
    expect(document.conflicts![0]!.copper).toContain("Lyon");
  });
  test("that wrote", () => {
    const applier = knowing({ rejected: new Map() });
    applier.applyOutcomes([well(toPerson("delete-person"))], 1);
    applier.rejected.set("n@b.fr", "FORGOTTEN_EMAIL").set("m@b.fr", "FORGOTTEN_EMAIL");
    applier.newlyRejected.push({ address: "n@b.fr", code: "FORGOTTEN_EMAIL", message: "gone" });
    applier.notes.push({ contact: "a@b.fr", code: "done", value: "" } as never);
    applier.failures.push({ code: "REFUSED" } as never);
    const last = { ...planned, skipped: noneSkipped(), conflicts: [] } as unknown as Plan;
    expect(told(parts, prepared, last, applier)).toMatchObject({
      copper: { deleted: 1 },
      skipped: { noEmail: 2 },
      conflicts: [],
      failures: [{ code: "REFUSED" }],
      notes: [{ code: "planned" }, { code: "done" }],
      rejected: { new: [{ contact: "n@b.fr", code: "FORGOTTEN_EMAIL", message: "gone" }], total: 2 },
      summary: { "delete-person": { count: 1 } },
      floor: applier.counters.load.lowerBound(),
    });
  });
});
test("what decisions did before is added, and the first examples stay the first", () => {
  const applier = knowing();
  applier.applyOutcomes([well(toPerson("delete-person")), well(toPerson("delete-person"))], 1);
  const view = (contact: string) => ({ contact }) as unknown as KindView["first"][number];
  const first = Array.from({ length: SHOWN - 1 }, (_, index) => view(`n${index}`));
  const document = {
    ...EMPTY,
    copper: { ...EMPTY.copper, deleted: 3, read: 9 },
    summary: { "delete-person": { count: 8, first }, "tag-person": { count: 1, first: [view("t")] } },
  };
  const { copper, summary } = withDone(document, applier);
  expect(copper).toEqual({ ...EMPTY.copper, deleted: 5, read: 9 });
  expect(summary["delete-person"]).toEqual({
    count: 10,
    first: [...first, expect.objectContaining({ contact: "A@b.fr" })],
  });
  expect(summary["tag-person"]).toEqual({ count: 1, first: [view("t")] });
  expect(withDone(EMPTY, applier).summary["delete-person"]).toMatchObject({ count: 2 });
});
test.each([
  [Object.assign(new Error("no"), { code: "ENOSPC" }), "ENOSPC", "no"],
  [Object.assign(new Error("no"), { code: 28 }), "internal", "no"],
  [new Error("no"), "internal", "no"],
  [undefined, "internal", "undefined"],
])("an error that stopped a run: %s", (error, code, message) => {
  expect(failedBy({ ...EMPTY, outcome: "ok" }, error)).toEqual({
    ...EMPTY,
    outcome: "failed",
    error: { code, message },
  });
});
