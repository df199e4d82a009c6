/**
 * What people use instead: a script with Mailchimp's official client, which reads every page each time and sends one
 * PUT and one POST of tags for each contact that differs, one after another or ten at once.
 */
import client from "@mailchimp/mailchimp_marketing";
import type { Clock } from "../src/ports/clock.ts";
import { hashOf } from "../src/simulators/mailchimp-rules.ts";

interface Person {
  readonly id: number;
  readonly name: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly emails: readonly { readonly email: string }[];
  readonly tags: readonly string[];
}
interface Member {
  readonly email_address: string;
  readonly status: string;
  readonly merge_fields: Readonly<Record<string, string>>;
  readonly tags: readonly { readonly name: string }[];
}
type Lists = Record<string, (...args: unknown[]) => Promise<{ readonly members: readonly Member[] }>>;

/** @param at most requests at once @param perMinute Copper's limit */
export async function script(
  env: Readonly<Record<string, string>>,
  clock: Clock,
  at: number,
  perMinute: number,
): Promise<void> {
  const own = client as unknown as {
    setConfig(config: object): void;
    lists: Lists & { apiClient: { basePath: string } };
  };
  own.setConfig({ apiKey: env.MAILCHIMP_API_KEY, server: "us21" });
  own.lists.apiClient.basePath = env.MAILCHIMP_API_URL!;
  const list = env.MAILCHIMP_LIST_ID!;
  const sent: number[] = [];
  async function copper<T>(method: string, path: string, body: unknown): Promise<T> {
    const place = sent.length;
    sent.push(Math.max(clock.now(), (sent[place - perMinute] ?? 0) + 60_000));
    if (sent[place]! > clock.now()) await clock.wait(sent[place]! - clock.now() + 1);
    const headers = {
      "X-PW-AccessToken": env.COPPER_API_KEY!,
      "X-PW-UserEmail": "admin@exemple.fr",
      "Content-Type": "application/json",
    };
    const answer = await fetch(env.COPPER_API_URL + path, { method, headers, body: JSON.stringify(body) });
    if (answer.status !== 429) return (await answer.json()) as T;
    await answer.arrayBuffer();
    await clock.wait(5_000);
    return copper(method, path, body);
  }
  /** So many at once. */
  async function each<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
    let next = 0;
    const worker = async () => {
      while (next < all.length) await work(all[next++]!);
    };
    await Promise.all(Array.from({ length: at }, worker));
  }

  const people: Person[] = [];
  for (let page = 1, size = 200; size === 200; page += 1) {
    const rows = await copper<Person[]>("POST", "/people/search", {
      page_number: page,
      page_size: 200,
      sort_by: "date_created",
    });
    people.push(...rows);
    size = rows.length;
  }
  const members = new Map<string, Member>();
  for (let offset = 0, size = 1_000; size === 1_000; offset += 1_000) {
    const page = await own.lists.getListMembersInfo!(list, { count: 1_000, offset });
    for (const member of page.members) members.set(member.email_address.toLowerCase(), member);
    size = page.members.length;
  }
  const known = new Set(people.flatMap((one) => one.emails.map(({ email }) => email.toLowerCase())));
  const differing = people.filter(({ emails, first_name, last_name, tags }) => {
    const member = members.get(emails[0]?.email.toLowerCase() ?? "");
    if (emails.length === 0) return false;
    if (member === undefined) return true;
    const there = new Set(member.tags.map(({ name }) => name.toLowerCase()));
    return (
      (member.merge_fields.FNAME ?? "") !== (first_name ?? "") ||
      (member.merge_fields.LNAME ?? "") !== (last_name ?? "") ||
      tags.some((tag) => !there.has(tag.toLowerCase()))
    );
  });
  await each(differing, async ({ emails, first_name, last_name, tags }) => {
    const email = emails[0]!.email;
    const merge_fields = { FNAME: first_name ?? "", LNAME: last_name ?? "" };
    await own.lists.setListMember!(list, hashOf(email), {
      email_address: email,
      status_if_new: "subscribed",
      merge_fields,
    });
    await own.lists.updateListMemberTags!(list, hashOf(email), {
      tags: tags.map((name) => ({ name, status: "active" })),
    });
  });
  const strangers = [...members.values()].filter(
    (one) => one.status === "subscribed" && !known.has(one.email_address.toLowerCase()),
  );
  await each(strangers, ({ email_address: email, merge_fields: { FNAME, LNAME } }) =>
    copper("POST", "/people", {
      name: `${FNAME} ${LNAME}`.trim() || email,
      first_name: FNAME,
      last_name: LNAME,
      emails: [{ email, category: "work" }],
    }),
  );
}
