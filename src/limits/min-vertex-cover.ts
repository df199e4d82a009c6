/**
 * Tagging in the fewest requests. One request changes one tag on many members, or all tags of one member. Every change
 * must be in one of the two. So the answer is the minimum vertex cover of a graph with tags on one side and members on
 * the other. A member costs one request, so the cover follows from the maximum flow from tags to members (Kőnig's
 * theorem). Pure.
 *
 *   | all members of | cost by tag | cost by member | chosen         |
 *   |----------------|-------------|----------------|----------------|
 *   | one tag, 400   | 1           | 400            | the tag        |
 *   | 30 tags, one   | 30          | 1              | the member     |
 *   | both           | 31          | 401            | tag and member |
 */

/** A tag, and the members on which it changes. */
export interface TagDemand {
  /** The number of requests for all of these members. */
  readonly cost: number;
  readonly members: readonly string[];
}

/**
 * The cover: tags to change for all their members (indexes into the demands), members to change one by one, and the
 * number of requests.
 */
export interface VertexCover {
  readonly tags: ReadonlySet<number>;
  readonly members: ReadonlySet<string>;
  readonly cost: number;
}

/** The most tags to optimize. With more, nearly every tag is rare, so each member gets its own request. */
const MOST_TAGS = 2_000;

/**
 * Returns the fewest requests for all demands.
 * @param demands the tags, each with its members and its cost in requests
 */
export function minVertexCover(demands: readonly TagDemand[]): VertexCover {
  if (demands.length > MOST_TAGS) {
    const members = new Set(demands.flatMap((demand) => demand.members));
    return { tags: new Set(), members, cost: members.size };
  }
  /** By member: the tag whose flow goes through it. */
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
  // Tags with capacity left are cheaper by member, and so are all that an augmenting path reaches from them
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
