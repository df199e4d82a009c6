import { expect, test } from "vitest";
import { freshDatabase } from "../../test/fresh-database.ts";
import { postgresStatements } from "../../test/postgres-statements.ts";
import { operation } from "../../test/records.ts";
import type { Operation } from "../plan/operations.ts";
import { writeAnswers } from "./journal-answers.ts";
import { databaseStore } from "./store.ts";

const { personId: _, ...unbound } = operation as Operation & { personId: number };

test("each answer stands at its own write; none is written as null", async () => {
  const database = await freshDatabase();
  const store = databaseStore(database, "1:a", () => 0, { ends: false });
  const ids = await store.journal("r", [operation, operation, unbound as Operation]);
  await writeAnswers(database, "1:a", [
    { id: ids[0]!, ok: true, answer: undefined },
    { id: ids[1]!, ok: true, answer: { status: 200 } },
    { id: ids[2]!, ok: false, answer: "no" },
  ]);
  const rows = await database.selectFrom("journal").select(["state", "answer", "person"]).orderBy("id").execute();
  expect(rows).toEqual([
    { state: "done", answer: "null", person: "7" },
    { state: "done", answer: '{"status":200}', person: "7" },
    { state: "failed", answer: '"no"', person: null },
  ]);
});
test("answers that are alike need no case for each row", async () => {
  const { database, statements } = postgresStatements();
  const answers = [1, 2].map((id) => ({ id, ok: true, answer: null }));
  await writeAnswers(database, "1:a", answers).catch(() => undefined);
  await writeAnswers(database, "1:a", [...answers, { id: 3, ok: true, answer: "x" }]).catch(() => undefined);
  expect(statements.map((sql) => sql.includes("case id"))).toEqual([false, true]);
});
test("the entries of a journal have the ids of their writes, in whatever order the database returns them", async () => {
  const { database } = postgresStatements((sql) =>
    sql.startsWith("insert") ? [{ id: 12 }, { id: 9 }, { id: 10 }] : [],
  );
  const store = databaseStore(database, "1:a", () => 0);
  expect(await store.journal("r", [operation, operation, operation])).toEqual([9, 10, 12]);
});
