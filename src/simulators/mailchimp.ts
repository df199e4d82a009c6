/** Mailchimp on loopback, as docs/apis/mailchimp.md describes it; the less kind answer where that is unknown. */
import { createHash } from "node:crypto";
import {
  audience,
  hashOf,
  type MailchimpWorld,
  memberExists,
  notFound,
  problem,
  readMembers,
  refusedAddress,
  refusedFields,
  type SimMember,
  shown,
} from "./mailchimp-rules.ts";
import { batches, subscriptions } from "./more.ts";
import { type Asked, type Reply, type Service, serve } from "./server.ts";

export interface MailchimpSwitches {
  /** Unix seconds. */
  now(): number;
  readonly port: number;
  readonly latency: number;
  readonly connections: number;
  /** A bulk update without a status is refused. */
  readonly refuseUpdateWithoutStatus: boolean;
  /** The 500-batch passes over compliance states in silence. */
  readonly silentCompliance: boolean;
}

export const UNKIND_MAILCHIMP: Omit<MailchimpSwitches, "now"> = {
  port: 0,
  latency: 0,
  connections: 10,
  refuseUpdateWithoutStatus: true,
  silentCompliance: true,
};

/** @returns the service; `url` goes up to and with `/3.0` */
export async function simulateMailchimp(world: MailchimpWorld, switches: MailchimpSwitches): Promise<Service> {
  const stamp = () => `${new Date(switches.now() * 1000).toISOString().slice(0, 19)}+00:00`;
  const segments = new Map<number, string>();
  let nextTag = 1;
  const tagNamed = (name: string) => {
    for (const [id, known] of segments) if (known.toLowerCase() === name.toLowerCase()) return { id, name: known };
    for (const member of world.members.values())
      for (const tag of member.tags)
        if (tag.name.toLowerCase() === name.toLowerCase()) {
          segments.set(tag.id, tag.name);
          nextTag = Math.max(nextTag, tag.id + 1);
          return tag;
        }
    while (
      segments.has(nextTag) ||
      [...world.members.values()].some((one) => one.tags.some((tag) => tag.id === nextTag))
    )
      nextTag += 1;
    segments.set(nextTag, name);
    return { id: nextTag, name };
  };
  const setTag = (member: SimMember, name: string, on: boolean) => {
    member.tags = member.tags.filter((tag) => tag.name.toLowerCase() !== name.toLowerCase());
    if (on) member.tags.push(tagNamed(name));
  };
  const full = (member: SimMember) => shown(member, world);
  const fieldErrors = (fields: Record<string, unknown>) => refusedFields(fields, world);
  const refusal = (email: string) => refusedAddress(email, world);

  function add(body: Record<string, unknown>, status: string): Reply {
    const email = String(body.email_address);
    const errors = fieldErrors((body.merge_fields ?? {}) as Record<string, unknown>);
    const refused = refusal(email);
    if (refused) return refused;
    if (errors.length > 0) return problem(400, "Invalid Resource", "Your merge fields were invalid.", errors);
    const id = hashOf(email);
    const archived = world.members.get(id);
    const member: SimMember = archived ?? {
      id,
      contact_id: createHash("md5").update(`${id}${world.members.size}`).digest("hex"),
      email_address: email.trim(),
      status,
      merge_fields: {},
      tags: [],
      last_changed: stamp(),
    };
    Object.assign(member, { status, last_changed: stamp() });
    Object.assign(member.merge_fields, body.merge_fields);
    for (const name of (body.tags ?? []) as string[]) setTag(member, name, true);
    world.members.set(id, member);
    return { status: 200, body: full(member) };
  }
  function change(member: SimMember, body: Record<string, unknown>): Reply {
    const errors = fieldErrors((body.merge_fields ?? {}) as Record<string, unknown>);
    if (errors.length > 0) return problem(400, "Invalid Resource", "Your merge fields were invalid.", errors);
    const email = body.email_address as string | undefined;
    if (email !== undefined && hashOf(email) !== member.id) {
      const refused = refusal(email);
      if (refused) return refused;
      if (world.members.has(hashOf(email))) return memberExists(`${email} is already a list member.`);
      world.members.delete(member.id);
      member.id = hashOf(email);
      member.email_address = email;
      world.members.set(member.id, member);
    }
    const wished = body.status as string | undefined;
    if (wished === "subscribed" && (member.status === "unsubscribed" || member.status === "cleaned"))
      return problem(400, "Member In Compliance State", `${member.email_address} is in a compliance state.`);
    if (wished) member.status = wished;
    Object.assign(member.merge_fields, body.merge_fields);
    member.last_changed = stamp();
    const note = new URLSearchParams({
      type: "profile",
      fired_at: stamp(),
      "data[email]": member.email_address,
      "data[list_id]": world.list,
    });
    hooks.fire(
      "url",
      "application/x-www-form-urlencoded",
      note.toString(),
      (one) => (one.sources as { api?: boolean } | undefined)?.api === true,
    );
    return { status: 200, body: full(member) };
  }
  function batch(body: Record<string, unknown>): Reply {
    const list = body.members as Record<string, unknown>[];
    if (list.length > 500) return problem(400, "Invalid Resource", "Too many members.");
    const answer = { new_members: [] as unknown[], updated_members: [] as unknown[], errors: [] as unknown[] };
    for (const one of list) {
      const email = String(one.email_address);
      const there = world.members.get(hashOf(email));
      const fail = (reply: Reply, code = "ERROR_GENERIC") => {
        const { detail, errors } = reply.body as { detail: string; errors?: { field: string; message: string }[] };
        answer.errors.push({
          email_address: email,
          error: detail,
          error_code: code,
          field: errors?.[0]?.field ?? "",
          field_message: errors?.[0]?.message ?? "",
        });
      };
      if (there && there.status !== "archived") {
        if (!body.update_existing)
          fail(
            memberExists(
              `${email} is already a list member. Do you want to update? please provide update_existing:true in the request body`,
            ),
            "ERROR_CONTACT_EXISTS",
          );
        else if (!one.status && switches.refuseUpdateWithoutStatus)
          fail(problem(400, "Invalid Resource", "status: This value should not be blank."));
        else {
          // The status sent becomes the member's status: the trap that C1 speaks of
          if (one.status) there.status = String(one.status);
          const reply = change(there, { merge_fields: one.merge_fields });
          if (reply.status === 200) answer.updated_members.push(reply.body);
          else fail(reply);
        }
        continue;
      }
      if (switches.silentCompliance && world.compliance.has(email.trim().toLowerCase())) continue;
      const reply = one.status
        ? add(one, String(one.status))
        : problem(400, "Invalid Resource", "status: This value should not be blank.");
      if (reply.status === 200) answer.new_members.push(reply.body);
      else fail(reply);
    }
    return {
      status: 200,
      body: {
        ...answer,
        total_created: answer.new_members.length,
        total_updated: answer.updated_members.length,
        error_count: answer.errors.length,
      },
    };
  }
  function segment(id: number, body: Record<string, unknown>): Reply {
    const name =
      segments.get(id) ?? [...world.members.values()].flatMap((one) => one.tags).find((tag) => tag.id === id)?.name;
    if (name === undefined) return notFound();
    const each = (list: unknown, on: boolean) =>
      ((list ?? []) as string[]).filter((email) => {
        const member = world.members.get(hashOf(email));
        if (member) setTag(member, name, on);
        return member !== undefined;
      }).length;
    return {
      status: 200,
      body: {
        total_added: each(body.members_to_add, true),
        total_removed: each(body.members_to_remove, false),
        errors: [],
      },
    };
  }

  function handle({ method, path, query, body, headers }: Asked): Reply {
    const given = Buffer.from(String(headers.authorization ?? "").replace("Basic ", ""), "base64")
      .toString()
      .split(":")[1];
    if (given !== world.key)
      return problem(
        401,
        "API Key Invalid",
        "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
      );
    const rest = path.replace("/3.0", "");
    const fields = (body ?? {}) as Record<string, unknown>;
    const details = audience(world);
    if (rest === "/ping") return { status: 200, body: { health_status: "Everything's Chimpy!" } };
    if (rest.startsWith("/batches")) return queued({ method, path, query, body, headers }) ?? notFound();
    if (rest === "/lists") return { status: 200, body: { lists: [details], total_items: 1 } };
    const own = `/lists/${world.list}`;
    if (rest !== own && !rest.startsWith(`${own}/`)) return notFound();
    const route = `${method} ${rest
      .slice(own.length)
      .replace(/^\/members\/[^/]+/, "/members/H")
      .replace(/^\/segments\/\d+$/, "/segments/ID")}`;
    const hash = rest.split("/")[4] ?? "";
    const member = world.members.get(hash) ?? [...world.members.values()].find((one) => one.contact_id === hash);
    switch (route) {
      case "GET ":
        return { status: 200, body: details };
      case "POST ":
        return batch(fields);
      case "GET /members":
        return readMembers(query, world);
      case "POST /members": {
        const there = world.members.get(hashOf(String(fields.email_address)));
        return there && there.status !== "archived"
          ? memberExists(`${fields.email_address} is already a list member. Use PUT to insert or update list members.`)
          : add(fields, String(fields.status));
      }
      case "GET /members/H":
        return member ? { status: 200, body: full(member) } : notFound();
      case "PUT /members/H":
        return member
          ? change(member, fields)
          : fields.status_if_new || fields.status
            ? add(fields, String(fields.status ?? fields.status_if_new))
            : problem(400, "Invalid Resource", "status_if_new is required");
      case "PATCH /members/H":
        return member ? change(member, fields) : notFound();
      case "DELETE /members/H":
        if (!member) return notFound();
        if (["archived", "cleaned", "pending"].includes(member.status))
          return problem(
            405,
            "Method Not Allowed",
            "This list member cannot be removed. Can not archive a contact that is bounced, pending or archived",
          );
        Object.assign(member, { status: "archived", last_changed: stamp() });
        return { status: 204 };
      case "POST /members/H/actions/delete-permanent":
        if (!member) return notFound();
        world.members.delete(member.id);
        world.forgotten.add(member.email_address.toLowerCase());
        return { status: 204 };
      case "POST /members/H/tags":
        if (!member) return notFound();
        for (const tag of fields.tags as { name: string; status: string }[])
          setTag(member, tag.name, tag.status === "active");
        return { status: 204 };
      case "GET /merge-fields":
        return {
          status: 200,
          body: {
            merge_fields: world.merges.map((one) => ({
              ...one,
              default_value: "",
              public: true,
              display_order: one.merge_id + 1,
              help_text: "",
              list_id: world.list,
            })),
            list_id: world.list,
            total_items: world.merges.length,
          },
        };
      case "GET /tag-search": {
        const part = (query.get("name") ?? "").toLowerCase();
        const tags = [
          ...new Map([
            ...segments,
            ...[...world.members.values()].flatMap((one) => one.tags.map((tag) => [tag.id, tag.name] as const)),
          ]),
        ]
          .filter(([, name]) => name.toLowerCase().startsWith(part))
          .map(([id, name]) => ({ id, name }));
        return { status: 200, body: { tags, total_items: tags.length } };
      }
      case "POST /segments": {
        const tag = tagNamed(String(fields.name));
        segment(tag.id, { members_to_add: fields.static_segment });
        return { status: 200, body: { id: tag.id, name: tag.name } };
      }
      case "POST /segments/ID":
        return segment(Number(rest.split("/").at(-1)), fields);
      default:
        if (/ \/webhooks/.test(route))
          return hooks.answer(method, Number(rest.split("/")[4]) || undefined, fields) ?? notFound();
        return notFound();
    }
  }
  const tooMany = problem(429, "Too Many Requests", "You have exceeded the limit of 10 simultaneous connections.");
  let base = "";
  const hooks = subscriptions(100, (webhooks) => ({ webhooks, list_id: world.list, total_items: webhooks.length }));
  const queued = batches(handle, () => base);
  const service = await serve(
    { port: switches.port, latency: switches.latency, connections: switches.connections, tooMany },
    handle,
  );
  base = `${service.url}/3.0`;
  return Object.assign(service, { url: base });
}
