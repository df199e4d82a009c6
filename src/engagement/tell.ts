/**
 * Engagement back to Copper: who opened, clicked, bounced or left which campaign, as an activity on the person, once
 * each. What is about to be sent is written down before, and looked for afterwards where the answer never came, so
 * that a crash doubles nothing (as A1 and A2 have it for contacts).
 */
import { addressKey } from "../contact/address.ts";
import type { Link, Person } from "../contact/contact.ts";
import type { EngagementKind, EngagementWish } from "../contact/engagement.ts";
import { type Language, texts } from "../i18n/texts.ts";
import type {
  Activities,
  Activity,
  Campaign,
  Campaigns,
  EngagementCounts,
  ToldEngagement,
} from "../plan/engagement.ts";
import type { Learnt, Store } from "../plan/ports.ts";
import type { Known } from "../plan/records.ts";
import { gather, type Happened, type Note, notesOf } from "./notes.ts";

const DAY = 86_400;
/** What happened may be reported late: so far back (seconds) is read again where a campaign has news. */
const LATE = 3 * DAY;
/** Activities of one run; the rest waits for the next. */
const MOST = 1_000;

/** Both services and the store. */
export interface EngagementParts {
  readonly campaigns: Campaigns;
  readonly activities: Activities;
  readonly store: Pick<Store, "fact" | "learn" | "engagements">;
  /** Unix seconds. */
  now(): number;
}

/** Whom it may concern. */
export interface Concerned {
  readonly persons: Known<number, Person>;
  readonly links: Known<number, Link>;
  /** Whether nothing may be written about somebody: marked for deletion, archived, outside `ONLY`. */
  leftAlone(person: Person): boolean;
}

/** What is kept between runs. */
interface Kept {
  /** By campaign: how much had happened, and up to when it is told. */
  readonly seen: Readonly<Record<string, { readonly figures: string; readonly until: number }>>;
  /** About to be sent, or sent with the answer lost. */
  readonly sending: readonly Sending[];
}
interface Sending extends Activity {
  readonly campaign: string;
  readonly kinds: readonly EngagementKind[];
}

/** Tells what is new. Throws RemoteUnusable; what was told until then is kept. */
export async function tellEngagement(
  parts: EngagementParts,
  wish: EngagementWish & { readonly language: Language },
  concerned: Concerned,
  stop: AbortSignal,
): Promise<EngagementCounts> {
  const { campaigns, activities, store } = parts;
  const counts = { told: 0, refused: 0, more: false };
  let kept: Kept = (await store.fact<Kept>("engagement")) ?? { seen: {}, sending: [] };
  const keep = async (next: Partial<Kept>, learnt: Pick<Learnt, "engaged" | "engagementOver"> = {}) => {
    kept = { ...kept, ...next };
    await store.learn({ facts: { engagement: kept }, ...learnt });
  };
  /** @param others whose answer is still missing */
  async function send(sending: readonly Sending[], others: readonly Sending[]): Promise<void> {
    await keep({ sending: [...others, ...sending] });
    const answers = await activities.add(sending);
    const done = sending.filter((_, index) => answers[index] === "added");
    counts.told += done.length;
    counts.refused += answers.filter((one) => one === "refused").length;
    const lost = sending.filter((_, index) => answers[index] === "lost");
    await keep({ sending: [...others, ...lost] }, { engaged: done.map(toldOf) });
  }
  async function lookedFor(): Promise<void> {
    const there: Sending[] = [];
    const missing: Sending[] = [];
    for (const one of kept.sending) {
      const noted = await activities.there(one.personId, one.at - DAY);
      (noted.includes(one.details) ? there : missing).push(one);
    }
    if (there.length > 0) await keep({ sending: [...missing] }, { engaged: there.map(toldOf) });
    while (missing.length > 0) await send(missing.splice(0, activities.atOnce), missing);
  }

  await lookedFor();
  const since = parts.now() - wish.days * DAY;
  const sent = await campaigns.sent(since);
  const personAt = finder(concerned);
  const sendingOf = writer(wish.language);
  for (const campaign of sent) {
    const seen = kept.seen[campaign.id];
    if (seen?.figures === campaign.figures || stop.aborted) continue;
    const happened: Happened = new Map();
    for await (const page of campaigns.engaged(campaign.id, wish.kinds, (seen?.until ?? since + LATE) - LATE))
      gather(happened, page, personAt);
    const known = await store.engagements(
      [...happened.keys()].map((personId) => ({ personId, campaign: campaign.id })),
    );
    const notes = notesOf(happened, known).filter(({ personId }) => {
      const person = concerned.persons.get(personId);
      return person !== undefined && !concerned.leftAlone(person);
    });
    while (notes.length > 0 && counts.told + counts.refused < MOST && !stop.aborted) {
      const part = notes.splice(0, activities.atOnce);
      await send(
        part.map((note) => sendingOf(note, campaign)),
        kept.sending,
      );
    }
    if (notes.length > 0) return { ...counts, more: true };
    // Begun before it was read: what happened meanwhile shows in other figures the next time
    await keep({ seen: { ...kept.seen, [campaign.id]: { figures: campaign.figures, until: parts.now() } } });
  }
  // Campaigns that are looked at no more
  const current = new Set(sent.map((one) => one.id));
  const over = Object.keys(kept.seen).filter((id) => !current.has(id));
  if (over.length > 0) {
    const seen = Object.fromEntries(Object.entries(kept.seen).filter(([id]) => current.has(id)));
    await keep({ seen }, { engagementOver: over });
  }
  return counts;
}

/** The person at an address; all are gathered the first time that somebody asks. */
function finder({ links, persons }: Concerned): (email: string) => number | undefined {
  let at: Map<string, number> | undefined;
  return (email) => {
    if (at === undefined) {
      at = new Map();
      for (const link of links.values()) if (persons.has(link.personId)) at.set(link.address, link.personId);
    }
    return at.get(addressKey(email));
  };
}

function toldOf({ personId, campaign, kinds }: Sending): ToldEngagement {
  return { personId, campaign, kinds };
}

/** Puts notes into words. */
function writer(language: Language): (note: Note, campaign: Campaign) => Sending {
  const t = texts(language);
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  return ({ personId, before, kinds }, { id, subject }) => {
    const list = kinds.map(({ kind, at }) => t(`engagement.${kind}`, { day: day.format(new Date(at * 1000)) }));
    return {
      personId,
      campaign: id,
      // What was told stays told
      kinds: [...before, ...kinds.map(({ kind }) => kind)],
      at: kinds[0]!.at,
      details: t("engagement.note", { subject, list: list.join(", ") }),
    };
  };
}
