/**
 * Tests with a throwaway person what docs/apis/copper.md calls open. Always deletes the person at the end, also after
 * an error.
 */
import { z } from "zod";
import { LOST } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { answersOf, type Probed, type Question } from "../plan/capabilities.ts";
import type { Clock } from "../ports/clock.ts";
import { probeFields } from "./probe-fields.ts";
import { said } from "./refusal.ts";
import { type RawPerson, rawPerson } from "./schema.ts";

const TAGS = ["🗂️ Sync Probe É", "PROBE"];
/** Texts that the probe itself writes. */
export const COPPER_TEXTS: readonly string[] = [
  ...TAGS,
  "PROBE 2",
  "Contact Sync Probe",
  "Sync Probe",
  "Probe",
  "Probe 2",
  "Probe Sync",
  "Sonde",
  "Essai",
];
/** Pause between two changes whose times we compare (ms). Timestamps have whole seconds. */
const SECOND = 2_000;
/** Longest wait until the search shows a write, and pause between two polls (ms). */
const LONGEST_LAG = 60_000;
const LOOK = 500;

/**
 * Runs the probe against one account.
 * @param address an unused address, made for the probe
 * @param made stores the person's id as soon as it exists, so that we can clean up after a crash
 * @param remove deletes these people and all with the address; returns whether they are gone
 * @returns the answers, in the order of the questions
 */
export async function probeCopper(
  http: Http,
  clock: Clock,
  address: string,
  made: (id: number) => Promise<void>,
  remove: (known: readonly number[]) => Promise<boolean>,
): Promise<Probed[]> {
  const found: Probed[] = [];
  const tell = answersOf("copper", found);
  const write = async (method: string, path: string, body: unknown) => {
    const answer = await http.send(method, path, body);
    return { answer, person: answer.ok ? rawPerson.safeParse(answer.body).data : undefined };
  };
  const get = async (id: number) => (await write("GET", `/people/${id}`, undefined)).person;
  /** @returns the people found; `undefined` if the response shows nothing */
  const search = async (body: object): Promise<RawPerson[] | undefined> => {
    const answer = await http.send("POST", "/people/search", { page_size: 20, ...body }, { effect: "read" });
    return answer.ok ? z.array(rawPerson).safeParse(answer.body).data : undefined;
  };
  const { answer, person } = await write("POST", "/people", {
    name: "Contact Sync Probe",
    emails: [{ email: address, category: "work" }],
    tags: TAGS,
  });
  if (person === undefined) {
    // The response may be lost although the person was created
    tell("removed", answer.ok || answer.status === LOST ? await remove([]) : undefined, answer.ok ? "" : said(answer));
    return found;
  }
  const { id } = person;
  await made(id);
  const extra: number[] = [];
  try {
    const read = await get(id);
    const tags = read?.tags ?? [];
    tell("tags-lower-case", read && tags.includes("probe"), tags.join(", "));
    tell("tags-emoji", read && tags.some((tag) => tag.includes("🗂")), tags.join(", "));

    const doubled = async (question: Question, body: object) => {
      const { answer: second, person: twin } = await write("POST", "/people", { name: "Sync Probe", ...body });
      if (twin !== undefined) extra.push(twin.id);
      const unclear = second.ok ? twin === undefined : second.status === LOST;
      const refused = unclear ? undefined : !second.ok;
      tell(question, refused, second.ok ? "" : `${second.status} ${said(second)}`);
    };
    await doubled("doubled-refused", { emails: [{ email: address, category: "work" }] });
    await doubled("doubled-case-refused", { emails: [{ email: address.toUpperCase(), category: "work" }] });
    const other = address.replace("@", "-2@");
    await doubled("doubled-second-refused", {
      emails: [
        { email: other, category: "work" },
        { email: address, category: "personal" },
      ],
    });

    await clock.wait(SECOND);
    const settled = await get(id);
    tell("person-moves-by-itself", settled && settled.date_modified !== person.date_modified);
    const retagged = (await write("PUT", `/people/${id}`, { tags: [...TAGS, "PROBE 2"] })).person;
    tell("tags-move-person", settled && retagged && retagged.date_modified > settled.date_modified);
    await clock.wait(SECOND);

    const begun = clock.now();
    await write("PUT", `/people/${id}`, { title: "Probe" });
    let lag: number | undefined;
    while (lag === undefined && clock.now() - begun < LONGEST_LAG) {
      if ((await search({ ids: [id] }))?.[0]?.title === "Probe") lag = Math.round((clock.now() - begun) / 1000);
      else await clock.wait(LOOK);
    }
    tell("search-lag", lag === undefined ? undefined : lag > 0, lag === undefined ? "" : String(lag));
    const now = await get(id);
    const bound = now && (await search({ ids: [id], minimum_modified_date: now.date_modified }));
    tell("dates-inclusive", lag === undefined || bound === undefined ? undefined : bound.length > 0);

    await probeFields(http, id, tell);
    const cleared = (await write("PUT", `/people/${id}`, { tags: [] })).person;
    tell("tags-cleared", cleared && cleared.tags.length === 0);
  } finally {
    tell("removed", await remove([id, ...extra]));
  }
  return found;
}

/** Finds the people of a probe by its address, also if the response to their creation was lost. @returns their ids */
export async function peopleOfProbe(http: Http, address: string): Promise<readonly number[]> {
  const search = await http.send("POST", "/people/search", { emails: [address], page_size: 20 }, { effect: "read" });
  const there = (search.ok && z.array(rawPerson).safeParse(search.body).data) || [];
  return there.map((one) => one.id);
}

/** Fetches a few full people and the definitions of their fields, so that the exchanges can be recorded. */
export async function samplePeople(http: Http): Promise<void> {
  for (const path of ["/account", "/custom_field_definitions", "/contact_types"]) await http.send("GET", path);
  const newest = { page_size: 5, sort_by: "date_modified", sort_direction: "desc" };
  await http.send("POST", "/people/search", newest, { effect: "read" });
}
