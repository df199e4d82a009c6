/** `GET …/members` of the simulated Mailchimp: filters, order, pages, and the selection of fields. */
import type { MailchimpWorld, SimMember } from "./mailchimp-rules.ts";
import type { SimResponse } from "./server.ts";

/** The most members of a page. */
const MOST = 1000;
/** The members of a page by default. */
const DEFAULT = 10;

/**
 * Members by their last change. Sorts again only after a change, which it detects by comparing, since tests edit in
 * place.
 */
export class SortedMembers {
  readonly #members: ReadonlyMap<string, SimMember>;
  #order: { member: SimMember; at: string; id: string; time: number }[] = [];
  constructor(members: ReadonlyMap<string, SimMember>) {
    this.#members = members;
  }
  all(): { readonly member: SimMember; readonly time: number }[] {
    const valid =
      this.#order.length === this.#members.size &&
      this.#order.every(
        ({ member, at, id }) =>
          member.last_changed === at && member.id === id && this.#members.get(member.id) === member,
      );
    if (!valid)
      this.#order = [...this.#members.values()]
        .map((member) => ({ member, at: member.last_changed, id: member.id, time: Date.parse(member.last_changed) }))
        .sort((one, other) => one.time - other.time || (one.id < other.id ? -1 : 1));
    return this.#order;
  }
}

/** Returns a page of members. @param shown returns a member as responses contain it */
export function readMembers(
  query: URLSearchParams,
  world: MailchimpWorld,
  order: SortedMembers,
  shown: (member: SimMember) => Record<string, unknown>,
): SimResponse {
  const status = query.get("status");
  const since = query.get("since_last_changed");
  const least = since === null ? undefined : Date.parse(since);
  const all = order
    .all()
    .filter(({ member }) => (status ? member.status === status : member.status !== "archived"))
    .filter(({ time }) => least === undefined || time > least);
  if (query.get("sort_dir") === "DESC") all.reverse();
  const at = Number(query.get("offset") ?? 0);
  const count = Math.min(MOST, Number(query.get("count") ?? DEFAULT));
  const names = query.get("fields")?.split(",");
  const own = names?.filter((name) => name.startsWith("members.")).map((name) => name.slice("members.".length));
  const cut = (one: Record<string, unknown>) =>
    own ? Object.fromEntries(own.filter((name) => name in one).map((name) => [name, one[name]])) : one;
  const members = all.slice(at, at + count).map(({ member }) => cut(shown(member)));
  return { status: 200, body: { members, list_id: world.list, total_items: all.length } };
}
