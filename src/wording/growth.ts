/** Sentences about the effect of a first sync on mail and cost (R3). */
import type { Texts } from "../i18n/texts.ts";
import type { Growth } from "../plan/growth.ts";

/** Returns one sentence for each effect: new members by status, the welcome mail, and how both accounts grow. */
export function growthLines({ newMembers, welcomed, billable, people }: Growth, t: Texts): string[] {
  const { subscribed = 0, pending = 0, transactional = 0 } = newMembers;
  return [
    t("growth.first"),
    ...(subscribed > 0 ? [t("growth.subscribed", { count: subscribed })] : []),
    ...(pending > 0 ? [t("growth.pending", { count: pending })] : []),
    ...(transactional > 0 ? [t("growth.transactional", { count: transactional })] : []),
    ...(welcomed ? [t("growth.welcome")] : []),
    t("growth.billable", { from: billable.from, to: billable.to }),
    t("growth.people", { from: people.from, to: people.to }),
  ];
}
