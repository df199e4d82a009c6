/**
 * The matching rule once more, in plain lines over maps (W2, W3, W6): what to read to understand it. The program uses
 * `match.ts`, which does the same in numbers, for a million contacts; the tests hold it against this one.
 */
import { addressKey, canBeAddress } from "../../domain/address.ts";
import type { Link, Member, Person } from "../../domain/contact.ts";
import { isKeptInStep } from "../../domain/status.ts";
import { presentTags } from "../../domain/tags.ts";
import { newLink } from "../../plan/link-patch.ts";
import type { World } from "../world.ts";
import type { Contact, Rest } from "./match.ts";

/** A world in plain maps. */
export type PlainWorld = Omit<World, "persons" | "members" | "links"> & {
  readonly persons: ReadonlyMap<number, Person>;
  readonly members: ReadonlyMap<string, Member>;
  readonly links: ReadonlyMap<number, Link>;
};

/** Returns every person in the order of W6, each with the member that belongs to them, and what is left. */
export function matchPlainly(world: PlainWorld): { readonly contacts: readonly Contact[]; readonly rest: Rest } {
  const { persons, members, links } = world;
  const membersAt = Map.groupBy(members.values(), (member) => addressKey(member.email));
  const ofPeople = [...links.values()].filter((link) => persons.has(link.personId));
  const linked = new Set(ofPeople.map((link) => link.memberKey).filter((key) => members.has(key)));
  const ofGone = [...links.values()].filter((link) => !persons.has(link.personId));
  const replaced = ofGone.filter((link) => linked.has(link.memberKey));
  const orphans = new Map(ofGone.filter((link) => !linked.has(link.memberKey)).map((link) => [link.memberKey, link]));

  /** Addresses of the people so far, members who have a person, and those of them that came first. */
  const claimed = new Set<string>();
  const spoken = new Set(linked);
  const held = new Set<string>();
  const takenOver: Link[] = [];
  let since = Math.max(world.since, ...[...links.values()].map((link) => link.since));
  let made = 0;

  const contacts = inOrder(persons, links).map((person): Contact => {
    const addresses = [...new Set(person.emails.map(addressKey))].filter(canBeAddress);
    const stored = links.get(person.id);
    const alone = { person, addresses, member: undefined, link: stored, made: false, others: [], duplicate: false };
    const duplicate = addresses.some((address) => claimed.has(address));
    for (const address of addresses) claimed.add(address);
    if (duplicate) return { ...alone, duplicate };

    const answering = addresses.flatMap((address) => membersAt.get(address) ?? []);
    const link = stored !== undefined && held.has(stored.memberKey) ? undefined : stored;
    const free = answering.filter((member) => !spoken.has(member.key));
    const paired = link === undefined ? undefined : members.get(link.memberKey);
    const member = paired ?? free.find((one) => isKeptInStep(one.status)) ?? free[0];
    if (member === undefined) return { ...alone, link };
    spoken.add(member.key);
    held.add(member.key);
    const others = answering.filter((one) => one !== member && !linked.has(one.key)).map((one) => one.email);
    if (member === paired) return { ...alone, member, link, others };

    const behind = orphans.get(member.key);
    if (behind !== undefined) takenOver.push(behind);
    if (link === undefined) since += 1;
    made += 1;
    const told = world.toldAlone?.get(person.id);
    const fresh: Link = {
      ...(told && { toldPut: told }),
      ...newLink(person.id, member.key, addressKey(member.email), link?.since ?? since),
      archived: behind?.archived ?? null,
      baseline: world.namesInDoubt?.get(member.key) ?? {},
      tagsPut: [...(behind?.tagsPut ?? []), ...presentTags(world.tagsInDoubt?.get(person.id) ?? [], member)],
    };
    return { ...alone, member, link: fresh, made: true, others };
  });

  const givenUp = [...takenOver, ...replaced].map((link) => link.personId);
  return {
    contacts,
    rest: {
      strangers: [...members.values()].filter((member) => !spoken.has(member.key) && !orphans.has(member.key)),
      orphans: [...orphans.values()].filter((link) => !takenOver.includes(link)),
      made,
      since,
      givenUp,
      taken: (address) => claimed.has(address),
    },
  };
}

/** Returns the people in the order of W6: linked longest first, then oldest in Copper, then the smaller id. */
function inOrder(persons: PlainWorld["persons"], links: PlainWorld["links"]): Person[] {
  const rank = (person: Person) => links.get(person.id)?.since ?? Number.MAX_SAFE_INTEGER;
  return [...persons.values()].sort(
    (one, other) => rank(one) - rank(other) || one.createdAt - other.createdAt || one.id - other.id,
  );
}
