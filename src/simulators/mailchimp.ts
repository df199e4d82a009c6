/**
 * A simulated Mailchimp on this machine, as docs/apis/mailchimp.md describes it. Unknown behaviour is an option, by
 * default the harder case.
 */

import { batches } from "./mailchimp-batches.ts";
import { membersOf } from "./mailchimp-members.ts";
import { reports } from "./mailchimp-reports.ts";
import { audience, hashOf, type MailchimpWorld, memberExists, notFound, problem } from "./mailchimp-rules.ts";
import { readMembers, SortedMembers } from "./mailchimp-search.ts";
import { type Service, type SimRequest, type SimResponse, serve } from "./server.ts";
import type { MailchimpOptions } from "./simulator-options.ts";
import { subscriptions } from "./subscriptions.ts";

/**
 * Starts the simulator.
 * @param world the data, which requests change
 * @returns the service; its `url` ends with `/3.0`
 */
export async function simulateMailchimp(world: MailchimpWorld, options: MailchimpOptions): Promise<Service> {
  const hooks = subscriptions(100, (webhooks) => ({ webhooks, list_id: world.list, total_items: webhooks.length }));
  const members = membersOf(world, options, (type, data) => {
    const body = new URLSearchParams({ type, fired_at: new Date(options.now() * 1000).toISOString() });
    for (const [name, value] of Object.entries(data)) body.set(`data[${name}]`, String(value));
    const wants = (one: Record<string, unknown>) =>
      (one.sources as { api?: boolean } | undefined)?.api === true &&
      (one.events as Record<string, boolean> | undefined)?.[type] !== false;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    hooks.fire(wants, (one) => ({ url: String(one.url), headers, body: body.toString() }));
  });
  const order = new SortedMembers(world.members);
  let base = "";
  let lastMerge = 0;
  /** Returns an unused id. The ids of deleted fields are not reused. */
  const nextMerge = () => {
    lastMerge = Math.max(lastMerge, ...world.merges.map((one) => one.merge_id)) + 1;
    return lastMerge;
  };

  function handle({ method, path, query, body, headers }: SimRequest): SimResponse | Promise<SimResponse> {
    // The URL of a batch's responses needs no key
    if (path.startsWith("/3.0/batches/") && path.endsWith("/answers"))
      return queued({ method, path, query, body, headers }).then((reply) => reply ?? notFound());
    const basic = String(headers.authorization ?? "").replace("Basic ", "");
    if (Buffer.from(basic, "base64").toString().split(":")[1] !== world.key)
      return problem(
        401,
        "API Key Invalid",
        "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
      );
    const rest = path.replace("/3.0", "");
    const fields = (body ?? {}) as Record<string, unknown>;
    const ok = (answer: unknown): SimResponse => ({ status: 200, body: answer });
    if (rest === "/ping") return ok({ health_status: "Everything's Chimpy!" });
    if (rest.startsWith("/batches"))
      return queued({ method, path, query, body, headers }).then((reply) => reply ?? notFound());
    if (rest === "/reports" || rest.startsWith("/reports/")) return reports(rest, query, world) ?? notFound();
    if (rest === "/lists") return ok({ lists: [audience(world)], total_items: 1 });
    const own = `/lists/${world.list}`;
    if (rest !== own && !rest.startsWith(`${own}/`)) return notFound();
    const route = `${method} ${rest
      .slice(own.length)
      .replace(/^\/members\/[^/]+/, "/members/H")
      .replace(/^\/segments\/\d+$/, "/segments/ID")}`;
    const hash = rest.split("/")[4] ?? "";
    const named = route.includes("/members/H");
    const member = named
      ? (world.members.get(hash) ?? world.members.values().find((one) => one.contact_id === hash))
      : undefined;
    if (named && member === undefined && method !== "PUT") return notFound();
    // The real service accepts incomplete merge fields with this parameter
    const skip = query.get("skip_merge_validation") === "true";
    switch (route) {
      case "GET ":
        return ok(audience(world));
      case "POST ":
        return members.many(fields, skip);
      case "GET /members":
        return readMembers(query, world, order, members.answered);
      case "POST /members": {
        const there = world.members.get(hashOf(String(fields.email_address)));
        return there && there.status !== "archived"
          ? memberExists(`${fields.email_address} is already a list member. Use PUT to insert or update list members.`)
          : members.add(fields, String(fields.status), skip);
      }
      case "GET /members/H":
        return ok(members.answered(member!));
      case "PUT /members/H": {
        if (member) return members.change(member, fields, skip);
        const status = fields.status ?? fields.status_if_new;
        return status
          ? members.add(fields, String(status), skip)
          : problem(400, "Invalid Resource", "status_if_new is required");
      }
      case "PATCH /members/H":
        return members.change(member!, fields, skip);
      case "DELETE /members/H":
        return members.archive(member!);
      case "POST /members/H/actions/delete-permanent":
        return members.forget(member!);
      case "POST /members/H/tags":
        for (const tag of fields.tags as { name: string; status: string }[])
          members.setTag(member!, tag.name, tag.status === "active");
        return { status: 204 };
      case "GET /members/H/tags":
        return members.tagsOf(member!, query);
      case "GET /merge-fields":
        return ok(mergeFields(world));
      case "POST /merge-fields": {
        const made = { merge_id: nextMerge(), required: false, options: {}, ...fields } as never;
        world.merges.push(made);
        return ok(made);
      }
      case "GET /tag-search":
        return members.tagSearch(query);
      case "POST /segments":
        return members.makeSegment(fields);
      case "DELETE /segments/ID":
        return members.dropSegment(Number(rest.split("/").at(-1)));
      case "POST /segments/ID":
        return members.segment(Number(rest.split("/").at(-1)), fields);
      default:
        if (route === "POST /webhooks") return subscribed(fields);
        if (/ \/webhooks/.test(route)) return hooks.answer(method, Number(hash) || undefined, fields) ?? notFound();
        return notFound();
    }
  }
  /** Creates a webhook only if its URL responds, as the service does. */
  async function subscribed(fields: Record<string, unknown>): Promise<SimResponse> {
    const there = await fetch(String(fields.url)).then(
      (answer) => answer.ok,
      () => false,
    );
    if (there) return hooks.answer("POST", undefined, fields) ?? notFound();
    return problem(400, "Invalid Resource", "The resource submitted could not be validated.", [
      { field: "url", message: "We couldn't connect to the URL: it must answer GET with 200." },
    ]);
  }
  const queued = batches(handle, () => base, options.batchLooks);
  const service = await serve(
    {
      port: options.port,
      latency: options.latency,
      ...(options.pause && { pause: options.pause }),
      connections: options.connections,
      tooMany: problem(429, "Too Many Requests", "You have exceeded the limit of 10 simultaneous connections."),
    },
    handle,
  );
  base = `${service.url}/3.0`;
  return Object.assign(service, { url: base });
}

function mergeFields(world: MailchimpWorld) {
  const more = { default_value: "", public: true, help_text: "", list_id: world.list };
  const merge_fields = world.merges.map((one) => ({ ...one, ...more, display_order: one.merge_id + 1 }));
  return { merge_fields, list_id: world.list, total_items: merge_fields.length };
}
