/** Deletes people by an operator's decision, and restores people after one (D3). */
import type { Person } from "../domain/contact.ts";
import type { Http } from "../http/request.ts";
import type { DeletePerson, PersonOperation, RestorePerson } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { Journal } from "../ports/sides.ts";
import { type RecreateParts, recreated } from "./recreate.ts";
import { failureOf } from "./refusal.ts";
import type { RawPerson } from "./schema.ts";

/** Operations on a whole person, not on its fields. */
export type WholePerson = DeletePerson | RestorePerson;

/** Returns whether an operation deletes or restores a person. */
export function isWhole(operation: PersonOperation): operation is WholePerson {
  return operation.operation === "delete-person" || operation.operation === "restore-person";
}

interface Parts extends RecreateParts {
  readonly http: Http;
  /** Translates a record into the mapped fields. */
  person(raw: RawPerson): Person;
  /** Aborts when no further request may be sent. */
  readonly stop: AbortSignal;
}

/** Creates the function that deletes and restores people, one by one. Journals each before it sends the next. */
export function leavingWriter(parts: Parts) {
  const { http, person, stop } = parts;
  async function one(operation: WholePerson): Promise<Outcome<PersonOperation>> {
    if (operation.operation === "delete-person") {
      const answer = await http.send("DELETE", `/people/${operation.personId}`);
      // Already gone counts as done, whatever deleted it
      if (answer.ok || answer.status === 404) return { operation, ok: true };
      return { operation, ok: false, failure: failureOf(answer) };
    }
    const made = await recreated(parts, operation.record, operation.tags, operation.begun);
    if ("refused" in made)
      return { operation, ok: false, failure: { code: "REFUSED", message: made.refused, retry: false } };
    return { operation, ok: true, person: person(made.raw), refused: made.leftOut };
  }
  return async (operations: readonly WholePerson[], journal: Journal<PersonOperation>) => {
    for (const operation of operations) {
      if (stop.aborted) return;
      await journal.sending([operation]);
      await journal.answered([await one(operation)]);
    }
  };
}
