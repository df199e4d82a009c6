/**
 * Tagging in the fewest requests. A request does either one tag for many members, or one member with all his tags;
 * every change of a tag on a member must be in one of the two. That is the least vertex cover of a graph whose two sides are
 * tags and members, and as members cost one request each, it comes from the greatest flow from tags to members
 * (Kőnig's theorem). Pure.
 *
 *   | all members of | cost by tag | cost by member | chosen         |
 *   |----------------|-------------|----------------|----------------|
 *   | one tag, 400   | 1           | 400            | the tag        |
 *   | 30 tags, one   | 30          | 1              | the member     |
 *   | both           | 31          | 401            | tag and member |
 */

/** A tag with the members on whom it is to change. */
export interface TagDemand {
  /** Requests that doing it for all of them needs. */
  readonly cost: number;
  readonly members: readonly string[];
}

/** What is done by tag (indexes into the demands), and for which members one by one; the cost of both together. */
export interface VertexCover {
  readonly tags: ReadonlySet<number>;
  readonly members: ReadonlySet<string>;
  readonly cost: number;
}

/** So many tags are weighed against one another; with more, each is a case of its own and members are done one by one. */
const MOST_TAGS = 2_000;

/** The cheapest way to do all demands. */
export function minVertexCover(demands: readonly TagDemand[]): VertexCover {
  if (demands.length > MOST_TAGS) {
    const members = new Set(demands.flatMap((demand) => demand.members));
    return { tags: new Set(), members, cost: members.size };
  }
  /** The tag whose flow a member carries. */
  const carrier = new Map<string, number>();
  const flow = demands.map(() => 0);
  const augment = (tag: number, seen: Set<string>): boolean => {
    for (const member of demands[tag]!.members) {
      if (seen.has(member)) continue;
      seen.add(member);
      const other = carrier.get(member);
      if (other !== undefined && !augment(other, seen)) continue;
      carrier.set(member, tag);
      return true;
    }
    return false;
  };
  for (const [tag, { cost }] of demands.entries())
    while (flow[tag]! < cost && augment(tag, new Set())) flow[tag] = flow[tag]! + 1;
  // What can still be reached from tags with room is cheaper by member
  const open = demands.flatMap(({ cost }, tag) => (flow[tag]! < cost ? [tag] : []));
  const reached = new Set(open);
  const members = new Set<string>();
  for (let tag = open.pop(); tag !== undefined; tag = open.pop())
    for (const member of demands[tag]!.members) {
      if (members.has(member)) continue;
      members.add(member);
      const other = carrier.get(member);
      if (other === undefined || reached.has(other)) continue;
      reached.add(other);
      open.push(other);
    }
  const tags = new Set(demands.keys().filter((tag) => !reached.has(tag)));
  const cost = members.size + [...tags].reduce((sum, tag) => sum + demands[tag]!.cost, 0);
  return { tags, members, cost };
}
