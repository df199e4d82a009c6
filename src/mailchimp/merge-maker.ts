/** Implements the port `MergeMaker` for Mailchimp ("Merge fields" in docs/apis/mailchimp.md). */
import type { NamedMerge } from "../domain/fields.ts";
import { ServiceError } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { inShape } from "../http/shape.ts";
import type { MergeMaker } from "../ports/merge-maker.ts";
import { rawMerges, toMerges } from "./fields.ts";
import { failureOf } from "./refusal.ts";

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
