/** Publishes engagement at the end of a run, as the settings ask for. */
import { environmentFile } from "../config/env-file.ts";
import { concerns } from "../domain/address.ts";
import type { Person } from "../domain/contact.ts";
import { deletionTagOf } from "../domain/deletion-tag.ts";
import { errorText } from "../domain/error-text.ts";
import { belongs } from "../domain/filter.ts";
import { isArchiveTag } from "../domain/tags.ts";
import { languageOf } from "../i18n/texts.ts";
import type { EngagementCounts } from "../plan/engagement-counts.ts";
import { PartialRecords } from "../plan/partial-records.ts";
import type { Prepared } from "../sync/prepare.ts";
import { publishActivities } from "./activities/publish.ts";
import type { Wired } from "./wired.ts";

/**
 * Adds to Copper what people did with campaigns. Never throws: an error is in the result and in the log.
 * @param prepared the run's people and links, which may be a part only
 * @returns how many activities were added or refused
 */
export async function publishRunActivities(
  wired: Wired,
  { seen, state, policy }: Pick<Prepared, "seen" | "state" | "policy">,
  stop: AbortSignal,
): Promise<EngagementCounts> {
  const { campaigns, activities, store, clock } = wired;
  const leftAlone = ({ tags, emails, traits }: Person) =>
    deletionTagOf(tags, policy.tagNames.deletion) !== undefined ||
    tags.some((tag) => isArchiveTag(tag, policy.tagNames)) ||
    !concerns(policy.only, emails) ||
    !belongs({ tags, ...(traits && { traits }) }, policy.filter);
  try {
    const counts = await publishActivities(
      { campaigns, activities, store, now: () => Math.floor(clock.now() / 1000) },
      { ...wired.engagement!, language: languageOf({ ...environmentFile(process.cwd()), ...process.env }) },
      {
        everybody: async () =>
          // An ordinary run loads only some people, but events may be about any
          state.persons instanceof PartialRecords ? store.load() : { persons: seen.persons, links: state.links },
        leftAlone,
      },
      stop,
    );
    if (counts.error === undefined) return counts;
    const message = wired.clean(counts.error);
    wired.log(`engagement: ${message}`);
    return { ...counts, error: message };
  } catch (error) {
    const message = wired.clean(errorText(error));
    wired.log(`engagement: ${message}`);
    return { told: 0, refused: 0, more: true, error: message };
  }
}
