/** A few people as Copper keeps them, without any connection: they can be found, made and changed. */
import type { Answer } from "../src/http/answer.ts";
import type { Http } from "../src/http/request.ts";
import { type Asked, fakeHttp, ok, refused } from "./fake-http.ts";

/** A person as Copper keeps them. */
export type Kept = Readonly<Record<string, unknown>> & { readonly id: number };
type Written = Readonly<Record<string, unknown>>;

interface Behaviour {
  /** Copper's words where it refuses to make or change a person so. */
  readonly refuses?: ((written: Written) => string | undefined) | undefined;
  /** Answers in its place, where it returns something. */
  readonly answers?: ((asked: Asked, before: number) => Answer | undefined) | undefined;
  readonly http?: Partial<Http>;
}

export function fakeCopper(people: readonly Kept[], { refuses, answers, http }: Behaviour = {}) {
  const there = new Map(people.map((one) => [one.id, { emails: [], tags: [], ...one } as Kept]));
  let ids = 100;
  const written = (body: Written): Written => {
    const message = refuses?.(body);
    if (message !== undefined) return { success: false, status: 422, message };
    ids += body.id === undefined ? 1 : 0;
    const id = Number(body.id ?? ids);
    const now = { emails: [], tags: [], ...there.get(id), ...body, id };
    there.set(id, now);
    return now;
  };
  const alone = (row: Written): Answer => (row.success === false ? refused(422, row) : ok(row));
  const searched = ({ emails, ids: some }: { emails?: string[]; ids?: number[] }) =>
    [...there.values()].filter((one) =>
      some ? some.includes(one.id) : (one.emails as { email: string }[]).some(({ email }) => emails?.includes(email)),
    );
  const answer = (asked: Asked, before: number): Answer => {
    const own = answers?.(asked, before);
    if (own !== undefined) return own;
    const { method, path, body } = asked;
    const id = Number(path.split("/")[2]);
    switch (`${method} ${path.replace(/\d+$/, "ID")}`) {
      case "GET /people/ID":
        return there.has(id) ? ok(there.get(id)) : refused(404);
      case "POST /people":
        return alone(written(body as Written));
      case "PUT /people/ID":
        return there.has(id) ? alone(written({ ...(body as Written), id })) : refused(404);
      case "POST /people/search":
        return ok(searched(body as { emails?: string[] }));
      case "POST /people/bulk_create":
      case "POST /people/bulk_update":
        return ok((body as { people: Written[] }).people.map(written));
      default:
        return refused(404);
    }
  };
  return { ...fakeHttp(answer, http), there };
}
