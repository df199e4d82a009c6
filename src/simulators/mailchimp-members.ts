/** The effect of writes on the members of the simulated audience. */
import { createHash } from "node:crypto";
import {
  encoded,
  hashOf,
  kept,
  type MailchimpWorld,
  memberExists,
  notFound,
  problem,
  refusedAddress,
  refusedFields,
  type SimMember,
  shown,
} from "./mailchimp-rules.ts";
import type { SimResponse } from "./server.ts";

type Body = Readonly<Record<string, unknown>>;
/** Is called for each change that a webhook could report. `data` is the webhook's `data`. */
export type OnMemberEvent = (
  event: "subscribe" | "unsubscribe" | "profile" | "upemail" | "cleaned",
  data: Body,
) => void;

interface Options {
  /** Returns the time (Unix seconds). */
  now(): number;
  readonly refuseUpdateWithoutStatus: boolean;
  readonly silentCompliance: boolean;
  readonly stateTaken: "anything" | "n/a" | "nothing";
  readonly entities: boolean;
  readonly bulkTags: boolean;
}

/** The most members of one bulk request. */
const MOST = 500;
/** The tags of a page by default, and at most. */
const DEFAULT_TAGS = 10;
const MOST_TAGS = 1_000;
const blankStatus = problem(400, "Invalid Resource", "status: This value should not be blank.");

/**
 * Creates the handlers of writes.
 * @param notify is called for each change that a webhook could report
 */
export function membersOf(world: MailchimpWorld, options: Options, notify: OnMemberEvent) {
  const stamp = () => `${new Date(options.now() * 1000).toISOString().slice(0, 19)}+00:00`;
  const ids = new Map<string, number>();
  const names = new Map<number, string>();
  let nextTag = 1;
  const know = (id: number, name: string) => {
    ids.set(name.toLowerCase(), id);
    names.set(id, name);
    nextTag = Math.max(nextTag, id + 1);
  };
  for (const member of world.members.values()) for (const tag of member.tags) know(tag.id, tag.name);

  /** Returns the tag with a name in any case, and creates it if there is none. */
  function tagNamed(name: string): { id: number; name: string } {
    const known = ids.get(name.toLowerCase());
    if (known !== undefined) return { id: known, name: names.get(known)! };
    // A test may have added a tag in place
    for (const member of world.members.values()) for (const tag of member.tags) know(tag.id, tag.name);
    if (!ids.has(name.toLowerCase())) know(nextTag, name);
    return tagNamed(name);
  }
  function setTag(member: SimMember, name: string, on: boolean): void {
    member.tags = member.tags.filter((tag) => tag.name.toLowerCase() !== name.toLowerCase());
    if (on) member.tags.push(tagNamed(name));
  }
  const answered = (member: SimMember) => shown(member, world, options.entities);
  /** Returns the invalid values, none if the request skips the check. */
  const wrong = (fields: Record<string, unknown>, before: Record<string, unknown>, skip: boolean) =>
    skip ? [] : refusedFields(fields, before, world, options.stateTaken);
  const about = (member: SimMember) => ({ email: member.email_address, list_id: world.list, web_id: member.id });

  function add(body: Body, status: string, skip = false): SimResponse {
    const email = String(body.email_address);
    const fields = (body.merge_fields ?? {}) as Record<string, unknown>;
    const refused = refusedAddress(email, world);
    if (refused) return refused;
    const id = hashOf(email);
    const errors = wrong(fields, world.members.get(id)?.merge_fields ?? {}, skip);
    if (errors.length > 0) return problem(400, "Invalid Resource", "Your merge fields were invalid.", errors);
    const member: SimMember = world.members.get(id) ?? {
      id,
      contact_id: createHash("md5").update(`${id}${world.members.size}`).digest("hex"),
      email_address: kept(email),
      status,
      merge_fields: {},
      tags: [],
      last_changed: stamp(),
    };
    Object.assign(member, { status, last_changed: stamp() });
    Object.assign(member.merge_fields, fields);
    for (const name of (body.tags ?? []) as string[]) setTag(member, name, true);
    world.members.set(id, member);
    notify("subscribe", about(member));
    return { status: 200, body: answered(member) };
  }
  function change(member: SimMember, body: Body, skip = false): SimResponse {
    const fields = (body.merge_fields ?? {}) as Record<string, unknown>;
    const errors = wrong(fields, member.merge_fields, skip);
    if (errors.length > 0) return problem(400, "Invalid Resource", "Your merge fields were invalid.", errors);
    const email = body.email_address as string | undefined;
    if (email !== undefined && hashOf(email) !== member.id) {
      const refused = refusedAddress(email, world);
      if (refused) return refused;
      if (member.status !== "subscribed")
        return problem(400, "Invalid Resource", "The resource submitted could not be validated.", [
          { field: "email address", message: "The address of a contact who is not subscribed cannot be changed." },
        ]);
      if (world.members.has(hashOf(email))) return memberExists(`${email} is already a list member.`);
      notify("upemail", { list_id: world.list, old_email: member.email_address, new_email: email });
      world.members.delete(member.id);
      member.id = hashOf(email);
      member.email_address = kept(email);
      world.members.set(member.id, member);
    }
    const wished = body.status as string | undefined;
    if (wished === "subscribed" && (member.status === "unsubscribed" || member.status === "cleaned"))
      return problem(400, "Member In Compliance State", `${member.email_address} is in a compliance state.`);
    if (wished && wished !== member.status)
      notify(wished === "unsubscribed" ? "unsubscribe" : "subscribe", { ...about(member), action: "unsub" });
    if (wished) member.status = wished;
    Object.assign(member.merge_fields, fields);
    member.last_changed = stamp();
    notify("profile", about(member));
    return { status: 200, body: answered(member) };
  }
  function archive(member: SimMember): SimResponse {
    if (["archived", "cleaned", "pending"].includes(member.status))
      return problem(
        405,
        "Method Not Allowed",
        "This list member cannot be removed. Can not archive a contact that is bounced, pending or archived",
      );
    Object.assign(member, { status: "archived", last_changed: stamp() });
    notify("unsubscribe", { ...about(member), action: "archive" });
    return { status: 204 };
  }
  function forget(member: SimMember): SimResponse {
    world.members.delete(member.id);
    // The address can never be added again by the API
    world.forgotten.add(member.email_address.toLowerCase());
    notify("unsubscribe", { ...about(member), action: "delete" });
    return { status: 204 };
  }

  /** `POST /lists/{id}`. */
  function many(body: Body, skip: boolean): SimResponse {
    const list = body.members as Record<string, unknown>[];
    if (list.length > MOST) return problem(400, "Invalid Resource", "Too many members.");
    const answer = { new_members: [] as unknown[], updated_members: [] as unknown[], errors: [] as unknown[] };
    for (const one of list) {
      const email = String(one.email_address);
      const there = world.members.get(hashOf(email));
      const fail = (reply: SimResponse, code = "ERROR_GENERIC") => {
        const { detail, errors } = reply.body as { detail: string; errors?: { field: string; message: string }[] };
        const [first] = errors ?? [];
        answer.errors.push({
          email_address: email,
          error: detail,
          error_code: code,
          field: first?.field ?? "",
          field_message: first?.message ?? "",
        });
      };
      // An archived member counts as absent, so it is added again
      if (there !== undefined && there.status !== "archived") {
        if (!body.update_existing) {
          const words = `${email} is already a list member. Do you want to update? please provide update_existing:true in the request body`;
          fail(memberExists(words), "ERROR_CONTACT_EXISTS");
          continue;
        }
        if (!one.status && options.refuseUpdateWithoutStatus) {
          fail(blankStatus);
          continue;
        }
        // A status in the request overwrites the member's status, which is the risk that C1 describes
        if (one.status) there.status = String(one.status);
        const reply = change(there, { merge_fields: one.merge_fields }, skip);
        if (reply.status !== 200) fail(reply);
        else {
          if (body.sync_tags) {
            there.tags = [];
            for (const name of (one.tags ?? []) as string[]) setTag(there, name, true);
          }
          answer.updated_members.push(answered(there));
        }
        continue;
      }
      // Neither an error nor a member: the hardest case for the caller
      if (options.silentCompliance && world.compliance.has(email.trim().toLowerCase())) continue;
      const { tags, ...rest } = one;
      const reply = one.status
        ? add(options.bulkTags ? { ...rest, tags } : rest, String(one.status), skip)
        : blankStatus;
      if (reply.status === 200) answer.new_members.push(reply.body);
      else fail(reply);
    }
    const { new_members, updated_members, errors } = answer;
    const totals = {
      total_created: new_members.length,
      total_updated: updated_members.length,
      error_count: errors.length,
    };
    return { status: 200, body: { ...answer, ...totals } };
  }
  /** `POST /lists/{id}/segments/{tag id}`. */
  function segment(id: number, body: Body): SimResponse {
    const name =
      names.get(id) ?? [...world.members.values()].flatMap((one) => one.tags).find((tag) => tag.id === id)?.name;
    if (name === undefined) return notFound();
    const tooMany = [body.members_to_add, body.members_to_remove].some((list) => ((list ?? []) as []).length > MOST);
    if (tooMany) return problem(400, "Invalid Resource", "Too many members.");
    const each = (list: unknown, on: boolean) =>
      ((list ?? []) as string[]).filter((email) => {
        const member = world.members.get(hashOf(email));
        if (member) setTag(member, name, on);
        return member !== undefined;
      }).length;
    const total_added = each(body.members_to_add, true);
    return { status: 200, body: { total_added, total_removed: each(body.members_to_remove, false), errors: [] } };
  }
  /** `GET /lists/{id}/tag-search`: tags whose names start with a text, ten by default. */
  function tagSearch(query: URLSearchParams): SimResponse {
    for (const member of world.members.values()) for (const tag of member.tags) know(tag.id, tag.name);
    const part = (query.get("name") ?? "").toLowerCase();
    const found = [...names].filter(([, name]) => name.toLowerCase().startsWith(part));
    const offset = Number(query.get("offset") ?? 0);
    const tags = found
      .slice(offset, offset + Math.min(MOST_TAGS, Number(query.get("count") ?? DEFAULT_TAGS)))
      .map(([id, name]) => ({ id, name: encoded(name, options.entities) }));
    return { status: 200, body: { tags, total_items: found.length } };
  }
  /** `GET /lists/{id}/members/{hash}/tags`. */
  function tagsOf(member: SimMember, query: URLSearchParams): SimResponse {
    const offset = Number(query.get("offset") ?? 0);
    const tags = member.tags
      .slice(offset, offset + Math.min(MOST_TAGS, Number(query.get("count") ?? DEFAULT_TAGS)))
      .map(({ id, name }) => ({ id, name: encoded(name, options.entities), date_added: stamp() }));
    return { status: 200, body: { tags, total_items: member.tags.length } };
  }
  function makeSegment(body: Body): SimResponse {
    const name = String(body.name);
    for (const member of world.members.values()) for (const tag of member.tags) know(tag.id, tag.name);
    if (ids.has(name.toLowerCase())) return problem(400, "Bad Request", "Sorry, that tag already exists.");
    const tag = tagNamed(name);
    segment(tag.id, { members_to_add: body.static_segment });
    return { status: 200, body: { id: tag.id, name: tag.name } };
  }
  /** `DELETE /lists/{id}/segments/{tag id}`. */
  function dropSegment(id: number): SimResponse {
    if (!names.has(id)) return notFound();
    ids.delete(names.get(id)!.toLowerCase());
    names.delete(id);
    for (const member of world.members.values()) member.tags = member.tags.filter((tag) => tag.id !== id);
    return { status: 204 };
  }
  return { dropSegment, add, change, archive, forget, many, segment, setTag, tagSearch, tagsOf, makeSegment, answered };
}
