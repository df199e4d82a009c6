/**
 * Loads the records that an ordinary run needs: those changed since all were decided, and their neighbours. We cannot
 * decide on a record without its neighbours.
 *
 *   | record                     | its neighbours                                          |
 *   |----------------------------|---------------------------------------------------------|
 *   | a person                   | its link, and records with one of its addresses         |
 *   | a link                     | its person and its member                               |
 *   | a member                   | links to it, and records with its address               |
 *
 * Records outside do not depend on records inside, nor the other way round: their decisions stay valid.
 */
import { addressKey } from "../domain/address.ts";
import type { Link, Member, Person } from "../domain/contact.ts";
import { PartialRecords } from "../plan/partial-records.ts";
import { addedUp, noneSkipped, type Skipped } from "../plan/skipped.ts";
import { type KeptStanding, standingKey } from "../plan/standings.ts";
import type { Holdings, Lists, Seeds, State, Store } from "../ports/store.ts";

/** The methods of the store that loading needs. */
type Asked = Pick<Store, "some" | "having" | "standingsAt" | "skipped">;

/** Part of the stored records, closed under the table above. */
export class Neighbourhood {
  readonly state: State & {
    readonly persons: PartialRecords<number, Person>;
    readonly members: PartialRecords<string, Member>;
    readonly links: PartialRecords<number, Link>;
  };
  readonly #store: Asked;
  /** Keys that were loaded already. Not loaded again, because that would overwrite later changes. */
  readonly #asked = { persons: new Set<number>(), members: new Set<string>(), addresses: new Set<string>() };

  /** Starts without records. @param all the number of stored records */
  constructor(store: Asked, lists: Lists, all: Holdings) {
    this.#store = store;
    this.state = {
      ...lists,
      persons: new PartialRecords(all.persons),
      members: new PartialRecords(all.members),
      links: new PartialRecords(all.links),
      standings: new Map<string, KeptStanding>(),
    };
  }

  /** Loads these records and all their neighbours, as they are stored. @param addresses address keys */
  async bring({ personIds, memberKeys }: Seeds, addresses: readonly string[] = []): Promise<void> {
    const { persons, members, links, standings } = this.state;
    let next = { personIds: new Set(personIds), memberKeys: new Set(memberKeys), addresses: new Set(addresses) };
    for (;;) {
      const here = this.#asked;
      const at = [...next.addresses.difference(here.addresses)];
      const { personIds, memberKeys } = await this.#store.having(at);
      const ids = [...next.personIds.union(new Set(personIds)).difference(here.persons)];
      const keys = [...next.memberKeys.union(new Set(memberKeys)).difference(here.members)];
      if (at.length + ids.length + keys.length === 0) return;
      for (const address of at) here.addresses.add(address);
      for (const id of ids) here.persons.add(id);
      for (const key of keys) here.members.add(key);
      const found = await this.#store.some({ personIds: ids, memberKeys: keys });
      next = { personIds: new Set(), memberKeys: new Set(), addresses: new Set() };
      for (const person of found.persons) {
        persons.bring(person.id, person);
        for (const email of person.emails) next.addresses.add(addressKey(email));
      }
      for (const member of found.members) {
        members.bring(member.key, member);
        next.addresses.add(addressKey(member.email));
      }
      for (const link of found.links) {
        links.bring(link.personId, link);
        next.personIds.add(link.personId);
        next.memberKeys.add(link.memberKey);
      }
      const contacts = [
        ...ids.map((personId) => standingKey({ personId })),
        ...keys.map((memberKey) => standingKey({ memberKey })),
      ];
      for (const standing of await this.#store.standingsAt(contacts)) {
        standings.set(standingKey(standing), standing);
        if (standing.memberKey !== undefined) next.memberKeys.add(standing.memberKey);
      }
    }
  }

  /** Loads contacts with their stored standings, also contacts without a record. */
  async bringStanding(kept: readonly KeptStanding[]): Promise<void> {
    for (const standing of kept) this.state.standings.set(standingKey(standing), standing);
    await this.bring({
      personIds: kept.flatMap(({ personId }) => personId ?? []),
      memberKeys: kept.flatMap(({ memberKey }) => memberKey ?? []),
    });
  }

  /** Returns the number of skipped records among those that are not loaded, by reason. */
  async skippedElsewhere(): Promise<Skipped> {
    const here = noneSkipped();
    for (const { counted } of this.state.standings.values()) if (counted !== undefined) here[counted] += 1;
    return addedUp(await this.#store.skipped(), here, -1);
  }
}
