/**
 * Writing answers to the journal: a few statements for thousands of answers, since each statement costs a round trip.
 */
import { type Kysely, sql } from "kysely";
import { chunks } from "../plan/collections.ts";
import { ROWS } from "./projections.ts";
import type { Tables } from "./tables.ts";

/** The answer to one write. */
interface Answered {
  readonly id: number;
  readonly ok: boolean;
  readonly answer: unknown;
}

/**
 * Writes answers to the journal, in the transaction of the changes that follow from them.
 * @param answers with the ids of their journal entries
 */
export async function writeAnswers(on: Kysely<Tables>, connection: string, answers: readonly Answered[]) {
  for (const state of ["done", "failed"] as const) {
    // One statement for each state, since the state is the same for all of its rows
    const rows = answers.filter((one) => one.ok === (state === "done"));
    for (const part of chunks(rows, ROWS)) {
      const texts = part.map((one) => JSON.stringify(one.answer ?? null));
      // Many answers are equal, and need no case for each row
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
