/**
 * Tests with one throwaway member what docs/apis/mailchimp.md calls open. Always erases the member at the end, also
 * after an error. The member is `transactional`, so that no campaign and no automation reaches it.
 */
import { z } from "zod";
import type { MappedField } from "../domain/fields.ts";
import { type Answer, LOST } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { answersOf, type Probed } from "../plan/capabilities.ts";
import type { Clock } from "../ports/clock.ts";
import { allTags } from "./fetch-member-tags.ts";
import { rawMerges, toMerges } from "./fields.ts";
import { failureOf } from "./refusal.ts";
import { memberHash, rawMember, toMergeFields } from "./schema.ts";

/** Pause between two changes whose times we compare (ms). Timestamps have whole seconds. */
const SECOND = 2_000;
const TAG = "Sync Probe";
/** An address without a state, as there are none in France. */
const HOME = { addr1: "1 rue de la Sonde", addr2: "", city: "Paris", state: "", zip: "75002", country: "FR" };
/** Tags: one more than a record shows. */
const MANY_TAGS = Array.from({ length: 51 }, (_, index) => `${TAG} ${index + 1}`);
/** Texts that the probe itself writes. */
export const MAILCHIMP_TEXTS: readonly string[] = [TAG, ...MANY_TAGS, ...Object.values(HOME), "Probe", "N/A"];

/**
 * Runs the probe against one audience.
 * @param list the audience's path
 * @param address an unused address, made for the probe
 * @param forget erases the member at that address; returns whether it is gone
 * @returns the answers, in the order of the questions
 */
export async function probeMailchimp(
  http: Http,
  list: string,
  clock: Clock,
  address: string,
  forget: () => Promise<boolean>,
): Promise<Probed[]> {
  const found: Probed[] = [];
  const tell = answersOf("mailchimp", found);
  const words = (answer: Answer) => (answer.ok ? "" : failureOf(answer).message);
  const path = `${list}/members/${memberHash(address)}`;
  const get = async () => {
    const answer = await http.send("GET", path);
    return answer.ok ? rawMember.safeParse(answer.body).data : undefined;
  };
  const status = "transactional";
  const created = await http.send("POST", `${list}/members`, { email_address: address, status, merge_fields: {} });
  if (!created.ok && created.status !== LOST) {
    tell("removed", undefined, words(created));
    return found;
  }
  try {
    const bulk = await http.send("POST", list, {
      members: [{ email_address: address, merge_fields: { FNAME: "Probe" } }],
      update_existing: true,
    });
    const updated = bulk.ok
      ? z
          .looseObject({ updated_members: z.array(z.unknown()), errors: z.array(z.looseObject({ error: z.string() })) })
          .safeParse(bulk.body).data
      : undefined;
    tell("bulk-updates", updated && updated.updated_members.length > 0, updated?.errors[0]?.error ?? words(bulk));
    const after = await get();
    tell("bulk-keeps-status", after && after.status === status, after?.status ?? "");

    await clock.wait(SECOND);
    const tag = { tags: [{ name: TAG, status: "active" }], is_syncing: true };
    const tagged = await http.send("POST", `${path}/tags`, tag, { effect: "idempotent" });
    const then = await get();
    tell(
      "tags-move-member",
      tagged.ok && after && then && Date.parse(then.last_changed) > Date.parse(after.last_changed),
      words(tagged),
    );
    const again = [{ name: TAG.toUpperCase(), status: "active" }];
    await http.send("POST", `${path}/tags`, { tags: again, is_syncing: true }, { effect: "idempotent" });
    const both = await get();
    tell("tags-ignore-case", both && both.tags?.length === 1, both?.tags?.map((tag) => tag.name).join(", ") ?? "");
    await probeTags(http, list, path, tell);
    await probeAddress(http, list, path, tell);
  } finally {
    tell("removed", await forget());
  }
  return found;
}

type Tell = ReturnType<typeof answersOf>;

/** Tests whether a record shows more than fifty tags. Deletes the tags again. */
async function probeTags(http: Http, list: string, path: string, tell: Tell): Promise<void> {
  const tags = MANY_TAGS.map((name) => ({ name, status: "active" }));
  await http.send("POST", `${path}/tags`, { tags, is_syncing: true }, { effect: "idempotent" });
  const member = await http.send("GET", path);
  const shown = member.ok ? rawMember.safeParse(member.body).data?.tags?.length : undefined;
  tell(
    "tags-shown",
    shown === undefined ? undefined : shown >= MANY_TAGS.length,
    shown === undefined ? "" : String(shown),
  );
  const id = path.slice(path.lastIndexOf("/") + 1);
  for (const tag of (await allTags(http, list, id)) ?? []) await http.send("DELETE", `${list}/segments/${tag.id}`);
}

/** Tests which stand-in Mailchimp accepts as the state of an address that has none (V15). */
async function probeAddress(http: Http, list: string, path: string, tell: Tell): Promise<void> {
  const answer = await http.send("GET", `${list}/merge-fields?count=1000`);
  const merges = answer.ok ? rawMerges.safeParse(answer.body).data : undefined;
  const field = merges && toMerges(merges).find((one) => one.kind === "address");
  for (const [question, standIn] of [
    ["state-nbsp", "nbsp"],
    ["state-na", "n/a"],
  ] as const) {
    const mapped = field && [{ mailchimp: field.tag, merge: field } as MappedField];
    const body = mapped && { merge_fields: toMergeFields({ [field.tag]: HOME }, mapped, standIn) };
    const taken = body === undefined ? undefined : (await http.send("PATCH", path, body)).ok;
    tell(question, taken);
  }
}

/** Fetches a few full members and the definitions of their fields, so that the exchanges can be recorded. */
export async function sampleMembers(http: Http, list: string): Promise<void> {
  for (const path of [list, `${list}/merge-fields?count=100`, `${list}/members?count=5`]) await http.send("GET", path);
}
