/**
 * Tags of a pair (T1, T2, T5) and what Copper is told of the member's state (C3).
 *
 *   | on the person | on the member | put by us | becomes                        |
 *   |---------------|---------------|-----------|--------------------------------|
 *   | yes           | no            | –         | added, and then put by us      |
 *   | yes           | yes           | any       | nothing                        |
 *   | no            | yes           | yes       | removed                        |
 *   | no            | yes           | no        | nothing: somebody set it there |
 */
import type { Link, Member, MemberTag, Person } from "../contact/contact.ts";
import { memberTags, type TagNames, type TagStyle, type ToldState, tagKey, toldKeys } from "../contact/tags.ts";

export interface TagsVerdict {
  /** Names to write. */
  readonly add: readonly string[];
  readonly remove: readonly MemberTag[];
  /** Keys of what is ours once this is done. */
  readonly put: readonly string[];
  /** Whether `put` differs from what is stored. */
  readonly moved: boolean;
}

/** Decides which tags the member gets and loses. */
export function decideTags(person: Person, member: Member, link: Link, names: TagNames, style: TagStyle): TagsVerdict {
  const wanted = memberTags(person.tags, names, style);
  // Of nearly everybody, in nearly every run
  if (areRight(wanted, member.tags, link.tagsPut)) return { add: [], remove: [], put: link.tagsPut, moved: false };
  const there = new Map(member.tags.map((tag) => [tagKey(tag.name), tag]));
  const ours = new Set(link.tagsPut);
  const add = [...wanted].filter(([key]) => !there.has(key)).map(([, name]) => name);
  const remove = [...there].filter(([key]) => ours.has(key) && !wanted.has(key)).map(([, tag]) => tag);
  const put = [...wanted.keys()].filter((key) => !there.has(key) || ours.has(key)).sort();
  return { add, remove, put, moved: put.join("\n") !== [...link.tagsPut].sort().join("\n") };
}

/** Whether the member has all that are wanted, and of ours no other. */
function areRight(wanted: ReadonlyMap<string, string>, tags: readonly MemberTag[], ours: readonly string[]): boolean {
  for (const key of wanted.keys()) if (!tags.some((tag) => tagKey(tag.name) === key)) return false;
  return ours.every((key) => wanted.has(key));
}

/**
 * Decides which of our own tags a person gets and loses, so that they say exactly what Mailchimp knows.
 * @param state what is to be told, `undefined` for nothing
 * @returns names to add and keys to remove
 */
export function decideToldTags(
  person: Person,
  state: ToldState | undefined,
  names: TagNames,
): { add: readonly string[]; remove: readonly string[] } {
  const ours = toldKeys(names);
  if (state === undefined && !person.tags.some((tag) => ours.includes(tagKey(tag)))) return { add: [], remove: [] };
  const there = person.tags.map(tagKey);
  const wanted = state === undefined ? null : names.told[state];
  const wantedKey = wanted === null ? null : tagKey(wanted);
  const remove = ours.filter((key) => key !== wantedKey && there.includes(key));
  return { add: wanted !== null && !there.includes(tagKey(wanted)) ? [wanted] : [], remove };
}
