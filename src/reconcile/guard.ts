/**
 * The guard: decides whether a plan is safe to write (G4, G5, R4). The verdict is a value with figures, so that it can
 * be shown, tested and overruled.
 *
 *   | seen                                                          | verdict     | `--yes` |
 *   |---------------------------------------------------------------|-------------|---------|
 *   | a side answers empty although there were contacts             | refused     | no      |
 *   | more removals than `MAX_REMOVALS`                             | refused     | yes     |
 *   | one field cleared of more contacts than `MAX_CHANGES`         | refused     | yes     |
 *   | one field of more contacts than that overwritten by one value | refused     | yes     |
 *   | a later run would make more contacts on one side than `MAX_NEW` | refused   | yes     |
 *   | anything else                                                 | let through |         |
 *
 * Filling a blank loses nothing, so it is not counted. Nor are contacts that this run itself linked.
 */

import type { Allowance } from "../domain/allowance.ts";
import { isBlank, showValue } from "../domain/values.ts";
import { COUNTING, isUpdate, type Operation } from "../plan/operations.ts";
import type { PlanRefusal } from "../plan/plan.ts";
import type { Policy, World } from "./world.ts";

/** A share always allows this many contacts. Otherwise a small audience could not lose a single one. */
const ALWAYS_ALLOWED = 10;
/** A share always allows this many new contacts, since a new contact overwrites nothing. */
const ALWAYS_NEW = 50;

/**
 * Checks a plan. Yields after every operation, since a plan may have a million of them.
 * @param world the stored links, and the number of records before this run
 * @param policy the limits
 * @param operations the plan's operations
 * @param linked how many contacts are linked
 * @returns why the plan must not be written, or `null` if it may be
 */
export function* guarding(
  world: World,
  policy: Policy,
  operations: Iterable<Operation>,
  linked: number,
): Generator<void, PlanRefusal | null> {
  const contacts: string[] = [];
  const fresh = { copper: [] as string[], mailchimp: [] as string[] };
  const losses = new Map<string, Loss>();
  for (const one of operations) {
    yield;
    const { as } = COUNTING[one.operation];
    // Only decisions delete, and they do not pass here; a plan that did would have to count it
    if (as === "archived" || as === "deleted") contacts.push(one.contact);
    if (as === "created") fresh[one.side].push(one.contact);
    if (!isUpdate(one)) continue;
    if (one.personId !== undefined && world.links.has(one.personId)) count(losses, one);
  }
  const removals = contacts.length;
  const limit = allowed(policy.maxRemovals, linked);
  const figures = { removals, limit, linked, contacts };
  if (world.before !== undefined) {
    if (world.before.persons > 0 && world.persons.size === 0)
      return { code: "empty-copper", yesHelps: false, ...figures };
    if (world.before.members > 0 && world.members.size === 0)
      return { code: "empty-mailchimp", yesHelps: false, ...figures };
  }
  if (removals > limit) return { code: "too-many-removals", yesHelps: true, ...figures };
  const most = [...losses.values()].sort((one, other) => other.contacts.length - one.contacts.length)[0];
  const changes = allowed(policy.maxChanges, linked);
  if (most === undefined || most.contacts.length <= changes)
    return world.grown ? tooManyNew(fresh, allowed(policy.maxNew, linked, ALWAYS_NEW), linked) : null;
  const { side, field, value } = most;
  return {
    code: value === "" ? "too-many-cleared" : "too-many-alike",
    yesHelps: true,
    removals: most.contacts.length,
    limit: changes,
    linked,
    contacts: most.contacts,
    side,
    field,
    value,
  };
}

/** Returns how many contacts an allowance permits. */
function allowed(allowance: Allowance, linked: number, always = ALWAYS_ALLOWED): number {
  return "number" in allowance ? allowance.number : Math.max(always, Math.floor(allowance.share * linked));
}

/** Returns a refusal for the side with the most new contacts, if they are too many (R4). */
function tooManyNew(
  fresh: Readonly<Record<"copper" | "mailchimp", readonly string[]>>,
  limit: number,
  linked: number,
): PlanRefusal | null {
  const side = fresh.mailchimp.length >= fresh.copper.length ? "mailchimp" : "copper";
  const contacts = fresh[side];
  if (contacts.length <= limit) return null;
  return { code: "too-many-new", yesHelps: true, removals: contacts.length, limit, linked, contacts, side };
}

/** The contacts of which one field is cleared, or gets the same value in place of another (G5). */
interface Loss {
  readonly side: "copper" | "mailchimp";
  readonly field: string;
  readonly value: string;
  readonly contacts: string[];
}

/** Counts an update in the losses. A field that was blank loses nothing. */
function count(losses: Map<string, Loss>, operation: Extract<Operation, { fields: unknown; before: unknown }>) {
  const { side, contact, fields, before } = operation;
  for (const [field, written] of Object.entries(fields)) {
    if (isBlank(before[field] ?? "")) continue;
    const value = isBlank(written) ? "" : showValue(written);
    const key = `${side} ${field} ${value}`;
    const loss = losses.get(key) ?? { side, field, value, contacts: [] };
    losses.set(key, loss);
    loss.contacts.push(contact);
  }
}
