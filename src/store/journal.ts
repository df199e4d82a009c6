/** Answers in the journal: a few statements for thousands, whatever a round trip to the database takes. */
import { type Kysely, sql } from "kysely";
import { portions } from "../plan/records.ts";
import { ROWS } from "./learn.ts";
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
    for (const part of portions(rows, ROWS)) {
      const cases = part.map(
        ({ id, answer }) => sql`when cast(${id} as integer) then cast(${JSON.stringify(answer ?? null)} as text)`,
      );
      await on
        .updateTable("journal")
        .set({ state, answer: sql<string>`case id ${sql.join(cases, sql` `)} end` })
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
