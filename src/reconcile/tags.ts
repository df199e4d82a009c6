/**
 * Tags of a pair (T1, T2, T5), and status tags on the person (C3).
 *
 *   | on the person | on the member | put by us | becomes                         |
 *   |---------------|---------------|-----------|---------------------------------|
 *   | yes           | no            | –         | added, and then put by us       |
 *   | yes           | yes           | any       | nothing                         |
 *   | no            | yes           | yes       | removed                         |
 *   | no            | yes           | no        | nothing: it is not ours         |
 *   | any           | the list is cut | any     | nothing (T6)                    |
 */
import { heldBack, type Link, type Member, type MemberTag, type Person, type Refusal } from "../domain/contact.ts";
import { memberTags, type StatusTag, statusTagKeys, type TagNames, type TagStyle, tagKey } from "../domain/tags.ts";

/** The decision on a member's tags. */
export interface TagsVerdict {
  /** Names to write. */
  readonly add: readonly string[];
  readonly remove: readonly MemberTag[];
  /** Keys of the tags that are ours afterwards. */
  readonly put: readonly string[];
  /** Whether `put` differs from what is stored. */
  readonly moved: boolean;
  /** Refusals to store for tags that were not taken; `null` deletes one. */
  readonly refused?: Readonly<Record<string, Refusal | null>>;
}

/**
 * Returns the key under which a link remembers that a tag was not taken (V13).
 * @param key the tag's key (`tagKey`)
 */
export function tagRefusal(key: string): string {
  return `tag:${key}`;
}

/**
 * Decides which tags the member gets and loses; the cases are in the table above.
 * @param names the tag names with a meaning, which are never sent (T5)
 * @param style how names are written in Mailchimp (T3)
 * @param run the number of this run
 */
export function decideTags(
  person: Person,
  member: Member,
  link: Link,
  names: TagNames,
  style: TagStyle,
  run: number,
): TagsVerdict {
  const nothing = { add: [], remove: [], put: link.tagsPut, moved: false };
  if (member.tagsCut) return nothing;
  const wanted = memberTags(person.tags, names, style);
  // Status tags under the names of earlier settings are still ours, so do not send them
  for (const key of link.toldPut ?? []) wanted.delete(key);
  const arrived = Object.keys(link.refused).filter(
    (key) => key.startsWith(TAG) && hasTag(member, key.slice(TAG.length)),
  );
  const forgotten = arrived.length > 0 && { refused: Object.fromEntries(arrived.map((key) => [key, null])) };
  // Return early, as for nearly every contact in nearly every run
  if (areRight(wanted, member.tags, link.tagsPut)) return { ...nothing, ...forgotten };
  const there = new Map(member.tags.map((tag) => [tagKey(tag.name), tag]));
  const ours = new Set(link.tagsPut);
  const waits = (key: string) => heldBack(link.refused[tagRefusal(key)], "copper", key, run) !== undefined;
  const add = [...wanted].filter(([key]) => !there.has(key) && !waits(key)).map(([, name]) => name);
  const remove = [...there].filter(([key]) => ours.has(key) && !wanted.has(key)).map(([, tag]) => tag);
  const put = [...wanted.keys()].filter((key) => !there.has(key) || ours.has(key)).sort();
  return { add, remove, put, moved: put.join("\n") !== [...link.tagsPut].sort().join("\n"), ...forgotten };
}

const TAG = tagRefusal("");

function hasTag({ tags }: Member, key: string): boolean {
  return tags.some((tag) => tagKey(tag.name) === key);
}

/** Returns whether the member has all tags that are wanted, and none of ours that is not. */
function areRight(wanted: ReadonlyMap<string, string>, tags: readonly MemberTag[], ours: readonly string[]): boolean {
  for (const key of wanted.keys()) if (!tags.some((tag) => tagKey(tag.name) === key)) return false;
  return ours.every((key) => wanted.has(key));
}

/** The decision on a person's status tags. */
export interface StatusTagsVerdict {
  /** Names to write. */
  readonly add: readonly string[];
  /** Keys. */
  readonly remove: readonly string[];
  /** Keys of the tags that this connection has on the person afterwards. */
  readonly put: readonly string[];
}

/**
 * Decides which status tags a person gets and loses, so that they show exactly what Mailchimp knows (C3). Tags that
 * another connection of the account put stay (C7).
 *
 *   | known to be put by us | other audiences on this account | ours are                    |
 *   |-----------------------|---------------------------------|-----------------------------|
 *   | yes                   | any                             | those                       |
 *   | not known             | no                              | all of these names          |
 *   | not known             | yes                             | the one that is wanted now  |
 *
 * @param state what to show; `undefined` for nothing
 * @param names the tag names in force
 * @param known keys of the tags that this connection put; `undefined` if that is not stored
 * @param shared whether other audiences of this account are synced, too
 */
export function decideStatusTags(
  person: Person,
  state: StatusTag | undefined,
  names: TagNames,
  known: readonly string[] | undefined,
  shared: boolean,
): StatusTagsVerdict {
  const nobody = known === undefined || known.length === 0;
  if (state === undefined && nobody && (shared || !hasAny(person, statusTagKeys(names))))
    return { add: [], remove: [], put: [] };
  const there = person.tags.map(tagKey);
  const wanted = state === undefined ? null : names.told[state];
  const key = wanted === null ? null : tagKey(wanted);
  const ours = known ?? (shared ? [key].filter((one) => one !== null) : statusTagKeys(names));
  const remove = ours.filter((one) => one !== key && there.includes(one));
  const add = wanted !== null && key !== null && !there.includes(key) ? [wanted] : [];
  const put = key !== null && (add.length > 0 || ours.includes(key)) ? [key] : [];
  return { add, remove, put };
}

function hasAny({ tags }: Person, keys: readonly string[]): boolean {
  return tags.some((tag) => keys.includes(tagKey(tag)));
}
