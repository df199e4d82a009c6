/** Merge fields by their names, and new ones: what somebody sees and makes while setting up. */
import type { NamedMerge } from "../domain/fields.ts";
import { type Http, ServiceError } from "../http/request.ts";
import { inShape } from "../http/shape.ts";
import { rawMerges, toMerges } from "./merges.ts";
import { failureOf } from "./refusal.ts";

/** A merge field to be made, in the service's words. */
interface Wanted {
  readonly tag: string;
  readonly name: string;
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Merge fields of an audience, beside a run. */
export interface MergeMaker {
  /** Throws ServiceError. */
  list(): Promise<readonly NamedMerge[]>;
  /** Makes one. @returns what the service says against it; nothing if it is there now. Throws ServiceError. */
  make(wanted: Wanted): Promise<string | undefined>;
}

/** @param list the audience's path */
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
      // Its answer may be lost and the field be there all the same
      if ((await all()).some((one) => one.tag === wanted.tag)) return undefined;
      return failureOf(answer).message;
    },
  };
}
