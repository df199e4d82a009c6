/**
 * Engagement back to Copper: who opened, clicked, bounced or left which campaign, as an activity on the person, once
 * each. What is about to be sent is written down before, and looked for afterwards where the answer never came, so
 * that a crash doubles nothing (as A1 and A2 have it for contacts).
 */
import { createHash } from "node:crypto";
import { addressKey } from "../../domain/address.ts";
import type { Link, Person } from "../../domain/contact.ts";
import type { EngagementSettings } from "../../domain/engagement.ts";
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
import { gather, type Happened, type Note, notesOf } from "./activity-notes.ts";

const DAY = 86_400;
/** What happened may be reported late: so far back (seconds) is read again where a campaign has news. */
const LATE = 3 * DAY;
/** Activities of one run; the rest waits for the next. */
const MOST = 1_000;

/** Both services and the store. */
export interface EngagementParts {
  readonly campaigns: Campaigns;
  readonly activities: Activities;
  readonly store: Pick<Store, "fact" | "saveChanges" | "engagements">;
  /** Unix seconds. */
  now(): number;
}

/** Everybody who may be told of. */
export interface Everybody {
  readonly persons: Known<number, Person>;
  readonly links: Known<number, Link>;
}

/** Whom it may concern. */
export interface Concerned {
  /** Asked for once something has happened: a run may have loaded some only. */
  everybody(): Promise<Everybody>;
  /** Whether nothing may be written about somebody: marked for deletion, archived, outside `ONLY`. */
  leftAlone(person: Person): boolean;
}

/** Runs in which a note whose answer was lost is looked for in vain, before it is given up. */
const LOOKS = 5;
/** Campaigns in a row that cannot be read before the others are left to the next run: the service is away. */
const AWAY = 2;

/** Tells what is new. One campaign or person that is odd stops nobody else; what went wrong is in the answer. */
export async function publishActivities(
  parts: EngagementParts,
  settings: EngagementSettings & { readonly language: Language },
  concerned: Concerned,
  stop: AbortSignal,
): Promise<EngagementCounts> {
  const { campaigns, activities, store } = parts;
  const counts = { told: 0, refused: 0, more: false };
  const wrong = new Set<string>();
  const note = (error: unknown) => wrong.add(error instanceof Error ? error.message : String(error));
  let kept: ActivityProgress = (await store.fact("engagement")) ?? { seen: {}, sending: [] };
  const keep = async (
    next: Partial<ActivityProgress>,
    stateChanges: Pick<StateChanges, "engaged" | "engagementOver"> = {},
  ) => {
    kept = { ...kept, ...next };
    await store.saveChanges({ facts: { engagement: kept }, ...stateChanges });
  };
  /** @param others whose answer is still missing */
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
  async function lookedFor(): Promise<void> {
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
  const sendingOf = writer(settings.language);
  /** @returns whether there is more than a run tells */
  async function tellOf(campaign: Campaign, since: number): Promise<boolean> {
    const { persons, personAt } = await everybody();
    const happened: Happened = new Map();
    const until = kept.seen[campaign.id]?.until ?? since + LATE;
    for await (const page of campaigns.engaged(campaign.id, settings.kinds, until - LATE))
      gather(happened, page, personAt);
    const before = await store.engagements(
      [...happened.keys()].map((personId) => ({ personId, campaign: campaign.id })),
    );
    // Whose answer is still missing is not told again before it has been looked for
    const open = new Set(kept.sending.filter((one) => one.campaign === campaign.id).map((one) => one.personId));
    const notes = notesOf(happened, before).filter(({ personId }) => {
      const person = persons.get(personId);
      return person !== undefined && !concerned.leftAlone(person) && !open.has(personId);
    });
    while (notes.length > 0 && counts.told < MOST && !stop.aborted) {
      const part = notes.splice(0, activities.atOnce);
      await send(
        part.map((one) => sendingOf(one, campaign)),
        kept.sending,
      );
    }
    if (notes.length > 0) return true;
    // Begun before it was read: what happened meanwhile shows in other figures the next time
    if (open.size === 0)
      await keep({ seen: { ...kept.seen, [campaign.id]: { figures: campaign.figures, until: parts.now() } } });
    return false;
  }

  try {
    await lookedFor();
    const since = parts.now() - settings.days * DAY;
    const sent = await campaigns.sent(since);
    if (sent.wrong !== undefined) wrong.add(sent.wrong);
    let away = 0;
    for (const campaign of sent.campaigns) {
      if (kept.seen[campaign.id]?.figures === campaign.figures || stop.aborted) continue;
      try {
        counts.more = await tellOf(campaign, since);
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
 * Forgets campaigns that are looked at no more. One list may lack a campaign for once: what was told of it is forgotten
 * only when none has shown it for as long as campaigns are looked at, so that nobody is told twice.
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
  if (JSON.stringify(next) !== JSON.stringify(seen)) await keep({ seen: next }, { engagementOver: over });
}

/** The person at an address; all are gathered the first time that somebody asks. */
function finder({ links, persons }: Everybody): (email: string) => number | undefined {
  let at: Map<string, number> | undefined;
  return (email) => {
    if (at === undefined) {
      at = new Map();
      for (const link of links.values()) if (persons.has(link.personId)) at.set(link.address, link.personId);
    }
    return at.get(addressKey(email));
  };
}

function publishedOf({ personId, campaign, kinds, refused = [] }: PendingActivity): PublishedActivities {
  return { personId, campaign, kinds, ...(refused.length > 0 && { refused }) };
}

function refusedOf({ personId, campaign, kinds, fresh, refused = [] }: PendingActivity): PublishedActivities {
  return {
    personId,
    campaign,
    kinds: kinds.filter((kind) => !fresh?.includes(kind)),
    refused: [...refused, ...(fresh ?? kinds)],
  };
}

/** Puts notes into words, with a mark of their own: two campaigns may have one subject. */
function writer(language: Language): (note: Note, campaign: Campaign) => PendingActivity {
  const t = texts(language);
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  return ({ personId, before, refused, kinds }, { id, subject }) => {
    const fresh = kinds.map(({ kind }) => kind);
    const mark = createHash("sha256").update(`${id} ${fresh.join()}`).digest("hex").slice(0, 8);
    const list = kinds.map(({ kind, at }) => t(`engagement.${kind}`, { day: day.format(new Date(at * 1000)) }));
    return {
      personId,
      campaign: id,
      // What was told stays told
      kinds: [...before, ...fresh],
      fresh,
      refused,
      mark,
      at: kinds[0]!.at,
      details: t("engagement.marked", { mark, subject, list: list.join(", ") }),
    };
  };
}
