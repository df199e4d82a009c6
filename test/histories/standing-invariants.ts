/** R1: what holds of where contacts stand, after any run, whatever befell it. */
import { expect } from "vitest";
import { bothSides, heldOf } from "../../src/domain/contact.ts";
import { DEFAULT_TAG_NAMES, memberTags, tagKey } from "../../src/domain/tags.ts";
import { sameValue, shownField, valueOr } from "../../src/domain/values.ts";
import { REASONS, stateOf, totalsOf } from "../../src/plan/standings.ts";
import type { StandingContact, Store } from "../../src/ports/store.ts";
import type { Truth } from "./truth.ts";

/** Every record of either side is in exactly one state, and the figures add up to what both sides hold. */
export async function everybodyAccountedFor(store: Store): Promise<readonly StandingContact[]> {
  const counts = await store.standingCounts();
  const { copper, mailchimp } = totalsOf(counts);
  const { persons, members } = await store.load();
  const all = await store.standings(REASONS, Number.MAX_SAFE_INTEGER);
  const people = new Map<string, string>();
  const there = new Map<string, string>();
  for (const { standing } of all) {
    const { personId, memberKey, unstored, reason } = standing;
    const person = personId ?? (unstored?.side === "copper" && memberKey === undefined ? unstored.name : undefined);
    const member = memberKey ?? (unstored?.side === "mailchimp" && personId === undefined ? unstored.name : undefined);
    if (person !== undefined) once(people, String(person), reason);
    if (member !== undefined) once(there, member, reason);
  }
  for (const id of persons.keys()) expect(people.has(String(id)), `R1: person ${id} stands nowhere`).toBe(true);
  for (const key of members.keys()) expect(there.has(key), `R1: member ${key} stands nowhere`).toBe(true);
  expect([copper.total, mailchimp.total], "R1: the figures and the lists").toEqual([people.size, there.size]);
  for (const { reason, contacts } of counts)
    expect(all.filter((one) => one.standing.reason === reason).length, `R1: ${reason} is counted`).toBe(contacts);
  return all;
}

function once(seen: Map<string, string>, who: string, reason: string): void {
  expect(seen.get(who), `R1: ${who} stands for ${reason}, too`).toBeUndefined();
  seen.set(who, reason);
}

/** Who is in step holds the same on both sides, as far as the last reading and the writes since have shown. */
export async function inStepIsTrue(all: readonly StandingContact[], store: Store): Promise<void> {
  const mapping = (await store.fact("mapping")) ?? [];
  for (const { standing, person, member, link } of all) {
    if (stateOf(standing.reason) !== "in-step" || standing.reason === "old-address") continue;
    expect(link?.personId === person?.id && link?.memberKey === member?.key, "R1: in step with nobody").toBe(true);
    if (person === undefined || member === undefined) throw new Error("R1: in step alone");
    expect(["cleaned", "archived"], "R1: in step at rest").not.toContain(member.status);
    if (standing.reason === "value-kept-back") continue;
    for (const field of mapping) {
      const { copper, mailchimp } = field;
      const [one, other] = [shownField(person.fields, copper), shownField(member.fields, mailchimp)];
      if (one === null || other === null) continue;
      // An undo leaves what it put back as it is, and so it was agreed
      const held = link && heldOf(link, field);
      const [before, beforeThere] = held === undefined ? [] : bothSides(held);
      if (before === valueOr(one) && beforeThere === valueOr(other)) continue;
      expect(sameValue("text", valueOr(one), valueOr(other)), `R1: ${copper} ${String(one)} ${String(other)}`).toBe(
        true,
      );
    }
    const there = new Set(member.tags.map((tag) => tagKey(tag.name)));
    for (const key of memberTags(person.tags, DEFAULT_TAG_NAMES, "unicode").keys())
      expect(there.has(key), `R1: in step without ${key}`).toBe(true);
  }
}

/** After an undisturbed run the figures are those of the services themselves. */
export async function figuresAreTheServices(store: Store, truth: Truth): Promise<void> {
  const { copper, mailchimp } = totalsOf(await store.standingCounts());
  expect([copper.total, mailchimp.total], "R1: the services' own figures").toEqual([
    truth.people.size,
    truth.members.size,
  ]);
}
