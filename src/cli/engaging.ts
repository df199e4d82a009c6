/** Engagement in a run: what is asked for in the settings, with the services and the store at hand. */
import { environmentFile } from "../config/env-file.ts";
import { concerns } from "../contact/address.ts";
import type { Person } from "../contact/contact.ts";
import { belongs } from "../contact/filter.ts";
import { deletionMark } from "../contact/mark.ts";
import { isArchiveTag } from "../contact/tags.ts";
import { tellEngagement } from "../engagement/tell.ts";
import { languageOf } from "../i18n/texts.ts";
import type { EngagementCounts } from "../plan/engagement.ts";
import { Some } from "../plan/some.ts";
import type { Prepared } from "../sync/prepare.ts";
import type { Wired } from "./wire.ts";

/** Tells Copper what people did with campaigns; what stops it is in the answer, and in the log. */
export async function engage(
  wired: Wired,
  { seen, state, policy }: Pick<Prepared, "seen" | "state" | "policy">,
  stop: AbortSignal,
): Promise<EngagementCounts> {
  const { campaigns, activities, store, clock } = wired;
  const leftAlone = ({ tags, emails, traits }: Person) =>
    deletionMark(tags, policy.tagNames.deletion) !== undefined ||
    tags.some((tag) => isArchiveTag(tag, policy.tagNames)) ||
    !concerns(policy.only, emails) ||
    !belongs({ tags, ...(traits && { traits }) }, policy.filter);
  try {
    const counts = await tellEngagement(
      { campaigns, activities, store, now: () => Math.floor(clock.now() / 1000) },
      { ...wired.engagement!, language: languageOf({ ...environmentFile(process.cwd()), ...process.env }) },
      {
        everybody: async () =>
          state.persons instanceof Some ? store.load() : { persons: seen.persons, links: state.links },
        leftAlone,
      },
      stop,
    );
    if (counts.error === undefined) return counts;
    const message = wired.clean(counts.error);
    wired.log(`engagement: ${message}`);
    return { ...counts, error: message };
  } catch (error) {
    const message = wired.clean(error instanceof Error ? error.message : String(error));
    wired.log(`engagement: ${message}`);
    return { told: 0, refused: 0, more: true, error: message };
  }
}
