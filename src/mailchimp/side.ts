/** Implements the port `MemberSide` for Mailchimp. Reading is in `reader.ts`, writing in `writer.ts`. */
import { z } from "zod";
import { internPool } from "../domain/intern.ts";
import type { Http } from "../http/request.ts";
import type { MemberSide } from "../ports/sides.ts";
import { finished } from "./batch.ts";
import { mailchimpClient } from "./client.ts";
import { rawMerges, toMerges } from "./fields.ts";
import { memberReader } from "./reader.ts";
import { type RawMember, toMember } from "./schema.ts";
import { memberWriter } from "./writer.ts";

/** The parts of an audience that the program uses. */
const rawAudience = z.looseObject({
  id: z.string(),
  name: z.string().default(""),
  subscribe_url_long: z.string().nullish(),
  stats: z.looseObject({ member_count: z.number().nullish() }).nullish(),
});

/** Returns the path of an audience, `/lists/{id}`. */
export function listPath(listId: string): string {
  return `/lists/${encodeURIComponent(listId)}`;
}

/**
 * Creates the Mailchimp side.
 * @param listId the audience's id
 * @param connections most requests in parallel
 * @param fireAutomations whether writing tags may start automations (T4)
 */
export function mailchimpSide(http: Http, listId: string, connections: number, fireAutomations: boolean): MemberSide {
  const list = listPath(listId);
  const client = mailchimpClient(http, list, connections);
  const pool = internPool();
  /** Caches the audience, because its name and sign-up page do not change during a run. */
  let audience: ReturnType<typeof readAudience> | undefined;
  async function readAudience() {
    const { id, name, subscribe_url_long, stats } = await client.need(list, rawAudience);
    return { id, name, signUpUrl: subscribe_url_long ?? null, members: stats?.member_count ?? 0 };
  }

  return {
    requests: http.requests,
    audience() {
      audience ??= readAudience();
      return audience;
    },
    async mergeFields() {
      return toMerges(await client.need(`${list}/merge-fields?count=1000`, rawMerges));
    },
    async fetch(id) {
      const found = await client.get(id);
      return found && { member: toMember(found.raw, [], pool), raw: found.body };
    },
    async awaitLeft(batches) {
      const ended: string[] = [];
      for (const batch of batches) if ((await finished(http, batch)) !== undefined) ended.push(batch);
      return ended;
    },
    open({ mapped, capabilities = {} }, stop) {
      const member = (raw: RawMember) => toMember(raw, mapped, pool);
      return {
        reader: memberReader(client, member, stop),
        writer: memberWriter({
          http,
          list,
          connections,
          fireAutomations,
          mapped,
          member,
          async get(id) {
            const found = await client.get(id);
            return found && member(found.raw);
          },
          known: capabilities,
          stop,
        }),
      };
    },
  };
}
