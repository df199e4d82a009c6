/** Lists merge fields by name and creates new ones, for the operator who sets up the sync. */
import type { NamedMerge } from "../domain/fields.ts";
import { ServiceError } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { inShape } from "../http/shape.ts";
import { rawMerges, toMerges } from "./fields.ts";
import { failureOf } from "./refusal.ts";

/** A merge field to create, in Mailchimp's terms. */
interface Wanted {
  readonly tag: string;
  readonly name: string;
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Lists and creates the merge fields of an audience, outside a run. */
export interface MergeMaker {
  /** Returns all merge fields. Throws ServiceError. */
  list(): Promise<readonly NamedMerge[]>;
  /** Creates one. @returns Mailchimp's refusal; `undefined` if the field exists now. Throws ServiceError. */
  make(wanted: Wanted): Promise<string | undefined>;
}

/** Creates it for one audience. @param list the audience's path */
export function mergeMaker(http: Http, list: string): MergeMaker {
  const path = `${list}/merge-fields`;
  async function all(): Promise<NamedMerge[]> {
    const answer = await http.send("GET", `${path}?count=1000`);
    if (!answer.ok) throw new ServiceError("mailchimp", "unreadable", failureOf(answer).message, answer.status);
    const raw = inShape("mailchimp", rawMerges, answer.body);
    const names = new Map(raw.merge_fields.map((one) => [one.tag, one.name]));
    return toMerges(raw).map((one) => ({ ...one, name: String(names.get(one.tag) ?? one.tag) }));
  }
  return {
    list: all,
    async make(wanted) {
      const answer = await http.send("POST", path, { ...wanted, required: false, public: false });
      if (answer.ok) return undefined;
      // The response may be lost although the field was created
      if ((await all()).some((one) => one.tag === wanted.tag)) return undefined;
      return failureOf(answer).message;
    },
  };
}
