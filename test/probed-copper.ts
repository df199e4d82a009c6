/** Runs the probe of Copper against a service that keeps people without any connection, on a clock of its own. */
import { probeCopper } from "../src/copper/probe.ts";
import type { Answer } from "../src/http/answer.ts";
import { type Asked, fakeHttp, ok, refused } from "./fake-http.ts";

const ZONE = "America/Los_Angeles";
export const ADDRESS = "admin+sync-probe@b.fr";
/** How a service behaves; by default as kindly as it can. */
export const KIND = {
  tags: (names: readonly string[]) => names,
  refusesDouble: (_: readonly string[]) => true,
  /** How long a search lags behind a write (ms). */
  lag: 0,
  inclusive: true,
  enriches: false,
  tagsMove: true,
  nameParts: true,
  keepsCustoms: true,
  definitions: [
    { id: 81, data_type: "String" },
    { id: 82, data_type: "Text" },
    { id: 83, data_type: "Date" },
  ] as readonly object[],
  zone: ZONE as string | null,
  date: (value: number): unknown => value,
  answers: (_: Asked, _before: number): Answer | undefined => undefined,
};
type Field = { readonly custom_field_definition_id: number; readonly value: unknown };
type Person = Record<string, unknown> & { readonly id: number; readonly emails: { email: string }[] };

type Body = Readonly<Record<string, unknown>>;
/** When the probe begins (ms). */
const START = 1_000_000_000;

/** The custom fields of a person after a write. */
function customs(own: typeof KIND, fields: readonly Field[], before: readonly Field[] = []): Field[] {
  const named = new Set(fields.map((one) => one.custom_field_definition_id));
  const others = own.keepsCustoms ? before.filter((one) => !named.has(one.custom_field_definition_id)) : [];
  const written = fields.map((one) =>
    one.custom_field_definition_id === 83 ? { ...one, value: own.date(one.value as number) } : one,
  );
  return [...others, ...written];
}
/** A person after a write. */
function changed(own: typeof KIND, before: Person, body: Body, seconds: number): Person {
  const { first_name, last_name, tags, custom_fields, ...others } = body;
  const after: Person = { ...before, ...others };
  if (own.tagsMove || tags === undefined) after.date_modified = seconds;
  if (own.nameParts && first_name) Object.assign(after, { first_name, last_name });
  if (tags) after.tags = own.tags(tags as string[]);
  if (custom_fields)
    after.custom_fields = customs(own, custom_fields as Field[], before.custom_fields as Field[] | undefined);
  return after;
}
/** Answers requests as Copper would. @param now the time (ms) */
function service(own: typeof KIND, now: () => number) {
  const versions: { readonly at: number; readonly person: Person }[] = [];
  const latest = (id: number, at = now()) => versions.findLast((one) => one.person.id === id && one.at <= at)?.person;
  const put = (person: Person): Answer => {
    versions.push({ at: now(), person });
    return ok(person);
  };
  const seconds = () => Math.floor(now() / 1_000);
  const create = (body: Body) => {
    const emails = body.emails as Person["emails"];
    const isTaken = versions.length > 0 && own.refusesDouble(emails.map(({ email }) => email));
    if (isTaken) return refused(422, { message: "is taken" });
    return put(changed({ ...own, tagsMove: true }, { id: 5 + versions.length, emails, tags: [] }, body, seconds()));
  };
  const read = (id: number) => {
    const person = latest(id)!;
    const later = own.enriches && now() > START ? 1 : 0;
    return ok({ ...person, date_modified: Number(person.date_modified) + later });
  };
  const search = ({ ids, minimum_modified_date: least = 0 }: { ids: number[]; minimum_modified_date?: number }) => {
    const there = ids.map((id) => latest(id, now() - own.lag)).filter((one) => one !== undefined);
    return ok(there.filter((one) => Number(one.date_modified) >= least + (own.inclusive ? 0 : 1)));
  };
  return ({ method, path, body }: Asked): Answer => {
    const id = Number(path.split("/")[2]);
    if (path === "/people") return create(body as Body);
    if (path === "/people/search") return search(body as { ids: number[] });
    if (path === "/custom_field_definitions") return ok(own.definitions);
    if (path === "/account") return ok({ primary_timezone: own.zone });
    return method === "GET" ? read(id) : put(changed(own, latest(id)!, body as Body, seconds()));
  };
}

/** Runs the probe against such a service. @param remove whether the people could be deleted */
export async function probed(some: Partial<typeof KIND> = {}, remove = true) {
  const own = { ...KIND, ...some };
  const waits: number[] = [];
  const now = () => waits.reduce((sum, one) => sum + one, START);
  const clock = {
    now,
    async wait(ms: number) {
      waits.push(ms);
    },
  };
  const answer = service(own, now);
  const { http, asked } = fakeHttp((one, before) => own.answers(one, before) ?? answer(one));
  const made: number[] = [];
  const removed: (readonly number[])[] = [];
  const remember = async (id: number) => {
    made.push(id, asked.length);
  };
  const clean = async (ids: readonly number[]) => {
    removed.push(ids);
    return remove;
  };
  const found = await probeCopper(http, clock, ADDRESS, remember, clean).catch((error: Error) => error);
  const list = found instanceof Error ? [] : found;
  const answers = Object.fromEntries(list.map((one) => [one.question, one.answer]));
  const details = Object.fromEntries(list.map((one) => [one.question, one.detail]));
  return { found, list, answers, details, asked, made, removed, waits };
}
