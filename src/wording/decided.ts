/** The result of a decision on one person as a text, the same in the terminal and on the page. */

import type { Texts } from "../i18n/texts.ts";
import type { Decided } from "../plan/decision.ts";

/**
 * Returns the result as one or more sentences.
 * @param done the result; its `name` is used to address the person
 */
export function decidedText({ result, name, detail, leftOut = [], memberStays }: Decided, t: Texts): string {
  return [
    t(`deletions.${result}`, { name, detail, id: detail }),
    ...(leftOut.length > 0 ? [t("deletions.leftOut", { list: leftOut.join(", ") })] : []),
    ...(memberStays ? [t("deletions.memberStays")] : []),
  ].join(" ");
}
