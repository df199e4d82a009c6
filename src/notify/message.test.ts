/** What is mailed: of each kind how many, a few by name, what to do, and where to read more. */
import { expect, test } from "vitest";
import { texts } from "../i18n/texts.ts";
import type { RunLine, Waiting } from "../ports/store.ts";
import type { Alert } from "./alerts.ts";
import { messageOf, NAMED, subjectOf, summaryOf } from "./message.ts";

const t = texts("en");
const marked = (count: number): Alert[] =>
  Array.from({ length: count }, (_, index) => ({ kind: "marked", about: `n${index}` }));

test.each([1, NAMED, NAMED + 1, NAMED + 7])("%i of one kind: the first are named, the others counted", (count) => {
  const { subject, text } = messageOf(marked(count), { connection: "", run: "" }, t);
  expect(subject).toBe(`Copper ↔ Mailchimp — ${t("notify.marked", { count })}`);
  expect(text).toContain(t("notify.marked", { count }));
  for (let index = 0; index < count; index += 1)
    expect(text.includes(`  n${index}\n`), `n${index}`).toBe(index < NAMED);
  const more = count - NAMED;
  if (more > 0) expect(text).toContain(`  ${t("notify.more", { count: more })}\n`);
  else expect(text).not.toContain("more");
  expect(text).toContain(t("notify.marked.do", { of: "" }));
  expect(text).not.toContain(t("notify.report", { run: "", of: "" }));
});
test("of several kinds and connections: all are counted in the subject, each said by itself, commands with the connection", () => {
  const alerts: Alert[] = [...marked(2), { kind: "refused", about: "" }];
  const said = new Map([["n1", "Ana, marked"]]);
  const { subject, text } = messageOf(alerts, { connection: "Press", run: "r1" }, t, said);
  expect(subject).toBe(subjectOf("Press", t("notify.subject", { count: 3 })));
  expect(subject).toContain("(Press)");
  const of = " --connection Press";
  for (const line of [
    t("notify.marked", { count: 2 }),
    "  n0",
    "  Ana, marked",
    `  → ${t("notify.marked.do", { of })}`,
    t("notify.refused", { count: 1 }),
    `  → ${t("notify.refused.do", { of })}`,
    t("notify.report", { run: "r1", of }),
  ])
    expect(text.split("\n")).toContain(line);
  expect(text).not.toContain("  n1");
});
test("a week: what its runs came to together, and what waits", () => {
  const run = (some: Partial<RunLine>) =>
    ({
      outcome: "ok",
      copper: { created: 1, updated: 2 },
      mailchimp: { created: 10, updated: 20, archived: 30 },
      ...some,
    }) as RunLine;
  const runs = [run({}), run({ outcome: "partial" }), run({ outcome: "failed" })];
  const waiting = {
    reviews: [{ ignored: false }, { ignored: true }, { ignored: false }],
    rejections: [{}, {}, {}],
    troubles: [],
  } as unknown as Waiting;
  const failed = run({ outcome: "failed" });
  expect(summaryOf([run({}), failed, failed], waiting, "", t).text).toContain(
    t("notify.week.runs", { count: 3, well: 1 }),
  );
  const { text } = summaryOf(runs, waiting, "", t);
  expect(text.split("\n")).toEqual(
    expect.arrayContaining([
      t("notify.week.runs", { count: 3, well: 2 }),
      t("notify.week.copper", { created: 3, updated: 6 }),
      t("notify.week.mailchimp", { created: 30, updated: 60, archived: 90 }),
      t("status.marked", { count: 2 }),
      t("report.rejectedTotal", { count: 3 }),
    ]),
  );
});
