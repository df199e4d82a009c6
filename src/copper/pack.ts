/** What is sent of several operations on one person, and what a refusal means. Pure. */
import { z } from "zod";
import { addressKey } from "../domain/address.ts";
import { tagKey } from "../domain/tags.ts";
import { LOST, type Refused } from "../http/request.ts";
import type { PersonOperation } from "../plan/operations.ts";
import type { Failure } from "../plan/outcomes.ts";
import { type Body, type RawPerson, type Reading, toBody } from "./translate.ts";

/**
 * Returns whether a write replaces an array whole, so that the person must be read first.
 * @param customsInPart whether custom fields that are not named stay as they are
 */
export function writesArray(operation: PersonOperation, customsInPart: boolean): boolean {
  const { operation: kind } = operation;
  if (kind === "tag-person" || kind === "archive-person" || kind === "add-address") return true;
  return (
    operation.operation === "update-person" &&
    Object.keys(operation.fields).some(
      (name) => name === "phone" || (name.startsWith("custom:") && !customsInPart) || name.startsWith("address."),
    )
  );
}

/** The parts of a name, which Copper may not take (W8). */
export const NAME_PARTS: readonly string[] = ["first_name", "last_name"];

/** Returns a body in which the whole name alone speaks for its parts. */
export function wholeNameOnly(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !("name" in body && NAME_PARTS.includes(name))));
}

/** One body for everything that is to change of a person. */
export function bodyOf(
  operations: readonly PersonOperation[],
  fresh: RawPerson | undefined,
  reading: Pick<Reading, "customs" | "zone">,
): Body {
  const body: Record<string, unknown> = {};
  const refused: string[] = [];
  for (const one of operations) {
    if (one.operation === "update-person") {
      const part = toBody(one.fields, reading, fresh);
      Object.assign(body, part.body, one.name !== undefined && { name: one.name });
      refused.push(...part.refused);
    }
    if (one.operation === "add-address") {
      const others = (fresh?.emails ?? []).filter((email) => addressKey(email.email) !== addressKey(one.email));
      body.emails = [{ email: one.email, category: "work" }, ...others];
    }
    if (one.operation === "tag-person" || one.operation === "archive-person") {
      const kept = (fresh?.tags ?? []).filter((tag) => !one.remove.includes(tagKey(tag)));
      const there = new Set(kept.map(tagKey));
      body.tags = [...kept, ...one.add.filter((tag) => !there.has(tagKey(tag)))];
    }
  }
  return { body, refused };
}

/** A refused request as a failure of one contact. */
export function failureOf(answer: Refused): Failure {
  if (answer.status === 404) return { code: "NOT_FOUND", message: said(answer), retry: true };
  if (answer.status === LOST) return { code: "TEMPORARY", message: answer.text, retry: true };
  return { code: "REFUSED", message: said(answer), retry: true };
}

/** What Copper says of a refusal, in whichever of its three shapes. */
export function said(answer: Refused): string {
  const body = z.looseObject({ message: z.unknown().optional(), error: z.unknown().optional() }).safeParse(answer.body);
  const message = body.success ? (body.data.message ?? body.data.error) : undefined;
  return (typeof message === "string" ? message : JSON.stringify(message ?? answer.text)).slice(0, 300);
}
