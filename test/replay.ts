/**
 * A transcript of what the services answered, held against the parsers (each record is read as the program reads it) and
 * against the simulators (the same request gets the same status and the same shape).
 */
import { z } from "zod";
import { rawPerson } from "../src/copper/schema.ts";
import type { Exchange, Transcript } from "../src/http/transcript.ts";
import { rawMerges } from "../src/mailchimp/fields.ts";
import { rawMember } from "../src/mailchimp/schema.ts";
import { simulateCopper } from "../src/simulators/copper.ts";
import { simulateMailchimp } from "../src/simulators/mailchimp.ts";
import type { Service } from "../src/simulators/server.ts";
import { UNKIND_COPPER, UNKIND_MAILCHIMP } from "../src/simulators/simulator-options.ts";
import { makeWorlds, type Worlds } from "../src/simulators/world.ts";

/** By the end of a path: what the program reads there. */
const SHAPES: readonly (readonly [path: RegExp, schema: z.ZodType])[] = [
  [/\/people\/search$/, z.array(rawPerson)],
  [/\/people(\/\d+)?$/, rawPerson],
  [/\/merge-fields$/, rawMerges],
  [/\/members$/, z.union([z.looseObject({ members: z.array(rawMember) }), rawMember])],
  [/\/members\/[^/]+$/, rawMember],
];

/** @returns what differs, in a line each */
export async function replay({ exchanges }: Transcript): Promise<string[]> {
  const worlds = makeWorlds(1, 12, Math.floor(Date.now() / 1000));
  const now = () => Math.floor(Date.now() / 1000);
  const copper = await simulateCopper(worlds.copper, { ...UNKIND_COPPER, perMinute: 1e6, bulkPerSecond: 1e6, now });
  const mailchimp = await simulateMailchimp(worlds.mailchimp, { ...UNKIND_MAILCHIMP, now });
  const differences: string[] = [];
  /** Ids of the transcript, and those that the simulators gave in their place. */
  const ids = new Map<string, string>();
  for (const exchange of exchanges) {
    const where = `${exchange.service} ${exchange.method} ${exchange.path}`;
    differences.push(...unread(exchange).map((why) => `${where}: not understood: ${why}`));
    const answer = await ask(exchange, exchange.service === "copper" ? copper : mailchimp, worlds, ids);
    if (answer.status !== exchange.status) differences.push(`${where}: ${exchange.status}, simulated ${answer.status}`);
    else differences.push(...unlike(exchange.response, answer.body).map((why) => `${where}: ${why}`));
    learn(exchange.response, answer.body, ids);
  }
  await Promise.all([copper.close(), mailchimp.close()]);
  return differences;
}

function unread({ method, path, status, response }: Exchange): string[] {
  if (status >= 300 || method === "DELETE") return [];
  const [, schema] = SHAPES.find(([end]) => end.test(path.split("?")[0] ?? "")) ?? [];
  const parsed = schema?.safeParse(response);
  return parsed === undefined || parsed.success ? [] : [z.prettifyError(parsed.error).replace(/\s+/g, " ")];
}

async function ask(
  { service, method, path, request }: Exchange,
  { url }: Service,
  { copper, mailchimp }: Worlds,
  ids: ReadonlyMap<string, string>,
): Promise<{ status: number; body: unknown }> {
  const renamed = (text: string) => text.replace(/[0-9a-f]{5,}/g, (id) => ids.get(id) ?? id);
  const list = path.replace(/^\/lists\/[^/?]+/, `/lists/${mailchimp.list}`);
  const headers =
    service === "copper"
      ? { "X-PW-AccessToken": copper.key, "X-PW-UserEmail": "a@exemple.fr", "Content-Type": "application/json" }
      : { Authorization: `Basic ${Buffer.from(`x:${mailchimp.key}`).toString("base64")}` };
  const response = await fetch(url + renamed(list), {
    method,
    headers: { ...headers, "Content-Type": "application/json" },
    ...(request !== null && { body: renamed(JSON.stringify(request)) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? "" : JSON.parse(text) };
}

/** Which id stands for which. */
function learn(real: unknown, simulated: unknown, ids: Map<string, string>): void {
  if (typeof real !== "object" || typeof simulated !== "object" || real === null || simulated === null) return;
  for (const name of ["id", "contact_id"] as const) {
    const [one, other] = [(real as Record<string, unknown>)[name], (simulated as Record<string, unknown>)[name]];
    if (one !== undefined && other !== undefined) ids.set(String(one), String(other));
  }
  for (const [name, one] of Object.entries(real)) learn(one, (simulated as Record<string, unknown>)[name], ids);
}

/** Where two answers differ in shape: names and kinds of values; a blank may stand for any, lists by their first. */
function unlike(real: unknown, simulated: unknown, at = ""): string[] {
  const kinds = [kindOf(real), kindOf(simulated)];
  if (kinds.includes("nothing")) return [];
  if (kinds[0] !== kinds[1]) return [`${at || "answer"}: ${kinds[0]}, simulated ${kinds[1]}`];
  if (Array.isArray(real) && Array.isArray(simulated))
    return real.length === 0 || simulated.length === 0 ? [] : unlike(real[0], simulated[0], `${at}[]`);
  if (kinds[0] !== "object") return [];
  const [one, other] = [real as Record<string, unknown>, simulated as Record<string, unknown>];
  // What is in a merge field, and what more the real service says, is nobody's contract
  if (/(merge_fields|stats|settings|options|campaign_defaults|contact|location)$/.test(at)) return [];
  return Object.keys(other)
    .filter((name) => name in one)
    .flatMap((name) => unlike(one[name], other[name], at === "" ? name : `${at}.${name}`));
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "nothing";
  return Array.isArray(value) ? "list" : typeof value;
}
