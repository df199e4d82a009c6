/** What became of one person who was decided on, in words: the same in the terminal and on the page. */

import type { Texts } from "../../i18n/texts.ts";
import type { Decided } from "../../plan/decision.ts";

/** @param done with the name by which the person is to be called */
export function decidedText({ result, name, detail, leftOut = [], memberStays }: Decided, t: Texts): string {
  return [
    t(`deletions.${result}`, { name, detail, id: detail }),
    ...(leftOut.length > 0 ? [t("deletions.leftOut", { list: leftOut.join(", ") })] : []),
    ...(memberStays ? [t("deletions.memberStays")] : []),
  ].join(" ");
}
