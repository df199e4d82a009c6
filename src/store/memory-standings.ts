/** Standings in the store in memory. */
import type { Link, Member, Person } from "../domain/contact.ts";
import { type KeptStanding, sidesOf, standingKey, UNSTORED } from "../plan/standings.ts";
import type { KnownContact, Store } from "../ports/store.ts";
import type { table } from "./memory-table.ts";
import { countsOf, plainStanding, unstoredOf } from "./projections.ts";

/** The tables that standings are read from. */
interface Around {
  readonly persons: ReturnType<typeof table<Person>>;
  readonly members: ReturnType<typeof table<Member>>;
  readonly links: ReturnType<typeof table<Link>>;
  readonly standings: ReturnType<typeof table<KeptStanding>>;
  /** When each link was last written (ms), by the person's id. */
  readonly linkedAt: ReadonlyMap<number, number>;
  knownOf(who: { readonly personId: number }): KnownContact;
  /** Returns whether a run has looked at every contact, so that one without a standing is in sync. */
  isLookedAt(): boolean;
}

/** Returns the part of the store that is about standings. */
export function standingsIn({
  persons,
  members,
  links,
  standings,
  linkedAt,
  knownOf,
  isLookedAt,
}: Around): Pick<Store, "standingCounts" | "standings" | "standingCount" | "standingsAt" | "standingOf"> {
  return {
    async standingCounts() {
      const all = standings.all();
      const byKind = Map.groupBy(all, (one) => `${one.reason} ${sidesOf(one)}`);
      const rows = [...byKind.values()].map((list) => ({
        reason: list[0]!.reason,
        sides: sidesOf(list[0]!),
        n: list.length,
      }));
      const has = (records: { get(key: string): unknown }) => ({
        has: (key: string) => records.get(key) !== undefined,
      });
      const odd = all.filter((one) => UNSTORED.some((reason) => reason === one.reason));
      const away = unstoredOf(odd, has(persons), has(members));
      const [people, there] = [persons.all().length, members.all().length];
      const holds = { copper: people + away.copper, mailchimp: there + away.mailchimp };
      return countsOf(rows, holds, isLookedAt());
    },
    async standings(reasons, limit, offset = 0) {
      const rest = isLookedAt() ? "in-step" : "not-looked-at";
      const kept = standings
        .all()
        .filter((one) => reasons.includes(one.reason))
        .sort((one, other) => (`${one.reason} ${standingKey(one)}` < `${other.reason} ${standingKey(other)}` ? -1 : 1))
        .map((standing) => {
          const { personId, memberKey } = standing;
          const [person, member, link] = [persons.get(personId), members.get(memberKey), links.get(personId)];
          return { standing, ...(person && { person }), ...(member && { member }), ...(link && { link }) };
        });
      const plain = persons.all().filter(({ id }) => standings.get(`p${id}`) === undefined);
      const others = plain.map(({ id }) => {
        const known = knownOf({ personId: id });
        return { ...known, standing: plainStanding(known, rest, linkedAt.get(id)) };
      });
      return [...kept, ...(reasons.includes(rest) ? others : [])].slice(offset, offset + limit);
    },
    standingCount: async (reasons) => standings.all().filter((one) => reasons.includes(one.reason)).length,
    standingsAt: async (keys) => keys.flatMap((key) => standings.get(key) ?? []),
    async standingOf(known) {
      const rest = isLookedAt() ? "in-step" : "not-looked-at";
      return known.map((one) => ({
        ...one,
        standing:
          standings.get(`p${one.person?.id}`) ??
          standings.get(`m${one.member?.key}`) ??
          plainStanding(one, rest, one.person && linkedAt.get(one.person.id)),
      }));
    },
  };
}
