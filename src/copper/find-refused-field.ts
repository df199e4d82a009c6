/**
 * Writes a refused change in parts, so that one field does not stop the others (V5): first the whole name without its
 * parts (W8), then field by field. Copper does not say reliably which field it refuses, nor with which status. So after
 * a refusal we never assume that the other fields were written.
 */
import { addressKey } from "../domain/address.ts";
import type { Person } from "../domain/contact.ts";
import type { Value } from "../domain/values.ts";
import { LOST } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import type { CreatePerson, PersonOperation, UpdatePerson } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import { NAME_PARTS } from "./build-requests.ts";
import { type Body, type RawPerson, type Reading, rawPerson, toBody } from "./schema.ts";

/** Dependencies of `narrowing`. */
interface Writing {
  readonly http: Http;
  /** How to read and write the mapped fields. */
  readonly reading: Reading;
  /** Translates a record into the mapped fields. */
  person(raw: RawPerson): Person;
  /** Returns the people at the addresses of these creates, by address key. */
  peopleAt(creates: readonly CreatePerson[]): Promise<Map<string, RawPerson>>;
  /** Builds the body of a create. */
  createBody(operation: CreatePerson): Body;
}

type Failed = Outcome<PersonOperation> & { readonly ok: false };

/** Status codes that say nothing about the field that was sent. */
const NOT_ABOUT_A_FIELD: readonly number[] = [404, 429, LOST];

/** Creates the function that retries a refused change in parts. */
export function narrowing({ http, reading, person, peopleAt, createBody }: Writing) {
  /** Writes field by field. @returns the record after the last successful write, and the refused fields */
  async function fieldByField(id: number, fields: Readonly<Record<string, Value>>, raw?: RawPerson) {
    let last: RawPerson | undefined;
    const refused: string[] = [];
    for (const [name, value] of Object.entries(fields)) {
      const { body, refused: unwritable } = toBody({ [name]: value }, reading, last ?? raw);
      const answer = unwritable.length > 0 ? undefined : await http.send("PUT", `/people/${id}`, body);
      const taken = answer?.ok ? rawPerson.safeParse(answer.body).data : undefined;
      if (taken !== undefined) last = taken;
      else if (answer === undefined || (!answer.ok && !NOT_ABOUT_A_FIELD.includes(answer.status))) refused.push(name);
    }
    return { last, refused };
  }
  const withoutNames = (fields: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => !NAME_PARTS.includes(name)));

  async function update(operation: UpdatePerson, raw: RawPerson | undefined, whole: Failed) {
    const { personId, fields, name } = operation;
    const named = name === undefined ? undefined : await http.send("PUT", `/people/${personId}`, { name });
    const first = named?.ok ? rawPerson.safeParse(named.body).data : undefined;
    const others = first === undefined ? fields : withoutNames(fields);
    const { last = first, refused } = await fieldByField(personId, others, first ?? raw);
    if (last !== undefined) return { operation, ok: true, person: person(last), refused } as const;
    const { message } = whole.failure;
    if (refused.length === 0) return whole;
    return {
      operation,
      ok: false,
      failure: { code: "FIELD_REFUSED", message, retry: false, fields: refused },
    } as const;
  }
  async function create(operation: CreatePerson, whole: Failed): Promise<Outcome<PersonOperation>> {
    const { body } = createBody({ ...operation, fields: {} });
    const made = await http.send("POST", "/people", body);
    const raw = made.ok ? rawPerson.safeParse(made.body).data : undefined;
    if (raw === undefined) {
      // Copper refuses an address that another person has: look for a person we did not read
      const there = (await peopleAt([operation])).get(addressKey(operation.email));
      return there === undefined ? whole : { operation, ok: true, person: person(there), found: true };
    }
    const { last = raw, refused } = await fieldByField(raw.id, withoutNames(operation.fields), raw);
    return { operation, ok: true, person: person(last), refused };
  }
  return {
    /** Retries a refused create or update in parts. @param raw the record as read just before the write */
    async narrowed(result: Outcome<PersonOperation>, raw?: RawPerson): Promise<Outcome<PersonOperation>> {
      const { operation } = result;
      if (result.ok || result.failure.code !== "REFUSED" || http.stopped()) return result;
      if (operation.operation === "update-person") return update(operation, raw, result);
      if (operation.operation === "create-person") return create(operation, result);
      return result;
    },
  };
}
