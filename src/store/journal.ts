/** Answers in the journal: a few statements for thousands, whatever a round trip to the database takes. */
import { type Kysely, sql } from "kysely";
import { chunks } from "../plan/collections.ts";
import { ROWS } from "./projections.ts";
import type { Tables } from "./tables.ts";

/** What came of a write. */
interface Answered {
  readonly id: number;
  readonly ok: boolean;
  readonly answer: unknown;
}

/** Writes down answers, in the transaction of whatever they taught. */
export async function writeAnswers(on: Kysely<Tables>, connection: string, answers: readonly Answered[]) {
  for (const state of ["done", "failed"] as const) {
    const rows = answers.filter((one) => one.ok === (state === "done"));
    for (const part of chunks(rows, ROWS)) {
      const texts = part.map((one) => JSON.stringify(one.answer ?? null));
      const same = texts.every((text) => text === texts[0]);
      const cases = part.map(({ id }, at) => sql`when cast(${id} as integer) then cast(${texts[at]} as text)`);
      await on
        .updateTable("journal")
        .set({ state, answer: same ? texts[0]! : sql<string>`case id ${sql.join(cases, sql` `)} end` })
        .where("connection", "=", connection)
        .where(
          "id",
          "in",
          part.map((one) => one.id),
        )
        .execute();
    }
  }
}
