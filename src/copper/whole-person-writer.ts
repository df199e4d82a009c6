/** Writing people who leave by a human's decision, and those who are brought back from one (D3). */
import type { Person } from "../domain/contact.ts";
import type { Http } from "../http/request.ts";
import type { DeletePerson, PersonOperation, RestorePerson } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { Journal } from "../ports/sides.ts";
import { failureOf } from "./pack.ts";
import { type RecreateParts, recreated } from "./recreate.ts";
import type { RawPerson } from "./translate.ts";

/** Operations that are about the whole of a person. */
export type WholePerson = DeletePerson | RestorePerson;

/** Tells them from those that change a person who stays. */
export function isWhole(operation: PersonOperation): operation is WholePerson {
  return operation.operation === "delete-person" || operation.operation === "restore-person";
}

interface Parts extends RecreateParts {
  readonly http: Http;
  person(raw: RawPerson): Person;
  /** Aborted when no further request is to be sent. */
  readonly stop: AbortSignal;
}

/** Returns what deletes and restores people: one by one, each journalled before the next is sent. */
export function leavingWriter(parts: Parts) {
  const { http, person, stop } = parts;
  async function one(operation: WholePerson): Promise<Outcome<PersonOperation>> {
    if (operation.operation === "delete-person") {
      const answer = await http.send("DELETE", `/people/${operation.personId}`);
      // Gone is what was asked for, whoever did it
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
