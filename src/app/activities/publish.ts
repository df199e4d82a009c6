/**
 * Publishes engagement to Copper: an activity on each person who opened, clicked, bounced or left a campaign. Each is
 * recorded before it is sent. If its response is lost, Copper is searched for it before a retry, so that a crash
 * creates no duplicates (as A1 and A2 require for contacts).
 */
import { createHash } from "node:crypto";
import { addressKey } from "../../domain/address.ts";
import type { Link, Person } from "../../domain/contact.ts";
import type { EngagementSettings } from "../../domain/engagement.ts";
import { errorText } from "../../domain/error-text.ts";
import { type Language, texts } from "../../i18n/texts.ts";
import type { Known } from "../../plan/collections.ts";
import type { EngagementCounts } from "../../plan/engagement-counts.ts";
import type {
  Activities,
  ActivityProgress,
  Campaign,
  Campaigns,
  PendingActivity,
  PublishedActivities,
} from "../../ports/engagement.ts";
import type { StateChanges, Store } from "../../ports/store.ts";
import { type DueActivities, dueActivities, gather, type Happened } from "./due-activities.ts";

const DAY = 86_400;
/** How far back to read a campaign with news again (s), since events may be reported late. */
const LATE = 3 * DAY;
/** The most activities of one run; the rest follows in the next. */
const MOST = 1_000;

/** The services and the store that publishing needs. */
export interface EngagementParts {
  readonly campaigns: Campaigns;
  readonly activities: Activities;
  readonly store: Pick<Store, "fact" | "saveChanges" | "engagements">;
  /** Returns the time (Unix seconds). */
  now(): number;
}

/** The people and links by which events find their person. */
export interface Everybody {
  readonly persons: Known<number, Person>;
  readonly links: Known<number, Link>;
}

/** Selects the people concerned. */
export interface Concerned {
  /** Returns everyone. Called only if there are events, since a run may have loaded only a part. */
  everybody(): Promise<Everybody>;
  /** Returns whether nothing may be written about a person: marked for deletion, archived, or outside the filter. */
  leftAlone(person: Person): boolean;
}

/** Failed searches for an activity with a lost response before it counts as created. */
const LOOKS = 5;
/** Unreadable campaigns in a row before the rest is left to the next run, since the service seems to be down. */
const AWAY = 2;

/**
 * Publishes what is new. An unreadable campaign or person does not stop the others.
 * @param settings which kinds, for how many days, in which language
 * @returns the counts; errors are in the result, not thrown
 */
export async function publishActivities(
  parts: EngagementParts,
  settings: EngagementSettings & { readonly language: Language },
  concerned: Concerned,
  stop: AbortSignal,
): Promise<EngagementCounts> {
  const { campaigns, activities, store } = parts;
  const counts = { told: 0, refused: 0, more: false };
  const wrong = new Set<string>();
  const note = (error: unknown) => wrong.add(errorText(error));
  let kept: ActivityProgress = (await store.fact("engagement")) ?? { seen: {}, sending: [] };
  const keep = async (
    next: Partial<ActivityProgress>,
    stateChanges: Pick<StateChanges, "engaged" | "engagementOver"> = {},
  ) => {
    kept = { ...kept, ...next };
    await store.saveChanges({ facts: { engagement: kept }, ...stateChanges });
  };
  /** Records, sends and settles some activities. @param others those whose response is still missing */
  async function send(sending: readonly PendingActivity[], others: readonly PendingActivity[]): Promise<void> {
    await keep({ sending: [...others, ...sending] });
    const answers = await activities.add(sending);
    const done: PublishedActivities[] = [];
    const lost: PendingActivity[] = [];
    for (const [index, one] of sending.entries()) {
      const answer = answers[index] ?? "lost";
      if (answer === "lost") lost.push(one);
      else if (answer === "added") {
        counts.told += 1;
        done.push(publishedOf(one));
      } else {
        counts.refused += 1;
        wrong.add(answer.refused);
        done.push(refusedOf(one));
      }
    }
    await keep({ sending: [...others, ...lost] }, { engaged: done });
  }
  /** Searches Copper for activities with a lost response, and sends those that do not exist. */
  async function settleLostActivities(): Promise<void> {
    const there: PendingActivity[] = [];
    const missing: PendingActivity[] = [];
    const unknown: PendingActivity[] = [];
    for (const one of kept.sending) {
      try {
        const noted = await activities.there(one.personId, one.at - DAY);
        const mark = one.mark ?? one.details;
        (noted.some((details) => details.includes(mark)) ? there : missing).push(one);
      } catch (error) {
        note(error);
        if ((one.tries ?? 0) + 1 < LOOKS) unknown.push({ ...one, tries: (one.tries ?? 0) + 1 });
        else there.push(one);
      }
    }
    await keep({ sending: [...unknown, ...missing] }, { engaged: there.map(publishedOf) });
    while (missing.length > 0) {
      const part = missing.splice(0, activities.atOnce);
      await send(part, [...unknown, ...missing]);
    }
  }
  let known: { readonly persons: Everybody["persons"]; readonly personAt: ReturnType<typeof finder> } | undefined;
  const everybody = async () => {
    if (known !== undefined) return known;
    const all = await concerned.everybody();
    known = { persons: all.persons, personAt: finder(all) };
    return known;
  };
  const activityOf = activityWriter(settings.language);
  /**
   * Publishes one campaign's activities.
   * @returns whether some are left for the next run
   */
  async function publishCampaign(campaign: Campaign, since: number): Promise<boolean> {
    const { persons, personAt } = await everybody();
    const happened: Happened = new Map();
    const until = kept.seen[campaign.id]?.until ?? since + LATE;
    for await (const page of campaigns.engaged(campaign.id, settings.kinds, until - LATE))
      gather(happened, page, personAt);
    const before = await store.engagements(
      [...happened.keys()].map((personId) => ({ personId, campaign: campaign.id })),
    );
    // Skip people with a lost response, until a search has settled it
    const open = new Set(kept.sending.filter((one) => one.campaign === campaign.id).map((one) => one.personId));
    const due = dueActivities(happened, before).filter(({ personId }) => {
      const person = persons.get(personId);
      return person !== undefined && !concerned.leftAlone(person) && !open.has(personId);
    });
    while (due.length > 0 && counts.told < MOST && !stop.aborted) {
      const part = due.splice(0, activities.atOnce);
      await send(
        part.map((one) => activityOf(one, campaign)),
        kept.sending,
      );
    }
    if (due.length > 0) return true;
    // Use the totals from before the reading: later events change them, so the campaign is read again
    if (open.size === 0)
      await keep({ seen: { ...kept.seen, [campaign.id]: { figures: campaign.figures, until: parts.now() } } });
    return false;
  }

  try {
    await settleLostActivities();
    const since = parts.now() - settings.days * DAY;
    const sent = await campaigns.sent(since);
    if (sent.wrong !== undefined) wrong.add(sent.wrong);
    let away = 0;
    for (const campaign of sent.campaigns) {
      if (kept.seen[campaign.id]?.figures === campaign.figures || stop.aborted) continue;
      try {
        counts.more = await publishCampaign(campaign, since);
        away = 0;
      } catch (error) {
        note(error);
        away += 1;
      }
      if (counts.more || away === AWAY) break;
    }
    await forgetOver(
      kept.seen,
      sent.campaigns.map((one) => one.id),
      parts.now(),
      settings.days,
      keep,
    );
  } catch (error) {
    note(error);
  }
  return { ...counts, ...(wrong.size > 0 && { error: [...wrong].slice(0, 3).join("; ") }) };
}

/**
 * Forgets campaigns that are no longer read. A single list may lack one by mistake, so it is forgotten only after all
 * lists lacked it for the whole period. Otherwise its activities would be created twice.
 */
async function forgetOver(
  seen: ActivityProgress["seen"],
  current: readonly string[],
  now: number,
  days: number,
  keep: (next: Partial<ActivityProgress>, stateChanges?: Pick<StateChanges, "engagementOver">) => Promise<void>,
): Promise<void> {
  const here = new Set(current);
  const after = Object.entries(seen).map(
    ([id, one]) => [id, { ...one, gone: here.has(id) ? undefined : (one.gone ?? now) }] as const,
  );
  const over = after.filter(([, { gone }]) => gone !== undefined && now - gone > days * DAY).map(([id]) => id);
  const next = Object.fromEntries(after.filter(([id]) => !over.includes(id)));
  await keep({ seen: next }, { engagementOver: over });
}

/** Returns a function that finds a person's id by address. */
function finder({ links, persons }: Everybody): (email: string) => number | undefined {
  const at = new Map<string, number>();
  for (const link of links.values()) if (persons.has(link.personId)) at.set(link.address, link.personId);
  return (email) => at.get(addressKey(email));
}

function publishedOf({ personId, campaign, kinds, refused = [] }: PendingActivity): PublishedActivities {
  return { personId, campaign, kinds, ...(refused.length > 0 && { refused }) };
}

function refusedOf({ personId, campaign, kinds, fresh = kinds, refused = [] }: PendingActivity): PublishedActivities {
  return {
    personId,
    campaign,
    kinds: kinds.filter((kind) => !fresh.includes(kind)),
    refused: [...refused, ...fresh],
  };
}

/**
 * Returns a function that writes the text of an activity, with a unique mark, since two campaigns may share a subject.
 */
function activityWriter(language: Language): (due: DueActivities, campaign: Campaign) => PendingActivity {
  const t = texts(language);
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  return ({ personId, before, refused, kinds }, { id, subject }) => {
    const fresh = kinds.map(({ kind }) => kind);
    const mark = createHash("sha256").update(`${id} ${fresh.join()}`).digest("hex").slice(0, 8);
    const list = kinds.map(({ kind, at }) => t(`engagement.${kind}`, { day: day.format(new Date(at * 1000)) }));
    return {
      personId,
      campaign: id,
      // Include the kinds that were published before
      kinds: [...before, ...fresh],
      fresh,
      refused,
      mark,
      at: kinds[0]!.at,
      details: t("engagement.marked", { mark, subject, list: list.join(", ") }),
    };
  };
}
