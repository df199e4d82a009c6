/** Campaigns, their activities and the store in memory, for tests of what is published. */
import { expect } from "vitest";
import { type Concerned, publishActivities } from "../src/app/activities/publish.ts";
import type { Link, Person } from "../src/domain/contact.ts";
import type { EngagementKind } from "../src/domain/engagement.ts";
import { newLink } from "../src/plan/link-patch.ts";
import type { Activity, Added, Campaign, Engaged } from "../src/ports/engagement.ts";
import { memoryStore } from "../src/store/memory.ts";

const DAY = 86_400;
const KINDS = ["open", "click"] as const;
/** Both services, the store, and what was asked of them. */
export class MemoryCampaigns {
  now = 1_700_000_000;
  readonly store = memoryStore(() => this.now * 1000);
  campaigns: Campaign[] = [];
  wrong: string | undefined;
  /** What happened, by campaign; an error is what reading it throws. */
  readonly events = new Map<string, readonly Engaged[] | Error>();
  readonly persons = new Map<number, Person>();
  readonly links = new Map<number, Link>();
  readonly leftAlone = new Set<number>();
  readonly stop = new AbortController();
  /** What the next additions come to. */
  readonly answers: (Added | undefined)[] = [];
  atOnce = 2;
  added: Activity[] = [];
  there: (personId: number, since: number) => readonly string[] = () => [];
  readonly asked: unknown[] = [];
  readonly settings = { kinds: KINDS, days: 10, language: "en" } as const;

  person(id: number, address = `p${id}@exemple.fr`): void {
    this.persons.set(id, { id } as Person);
    this.links.set(id, newLink(id, `k${id}`, address, id));
  }
  campaign(id: string, events: readonly Engaged[] | Error = [], figures = "1"): void {
    this.campaigns = [...this.campaigns.filter((one) => one.id !== id), { id, subject: `News ${id}`, figures }];
    this.events.set(id, events);
  }
  opened = (id: number, kind: EngagementKind = "open", at = this.now - DAY): Engaged => ({
    email: `P${id}@exemple.fr`,
    kind,
    at,
  });
  concerned: Concerned = {
    everybody: async () => {
      this.asked.push("everybody");
      return this;
    },
    leftAlone: ({ id }) => this.leftAlone.has(id),
  };
  publish() {
    const { asked, events } = this;
    return publishActivities(
      {
        store: this.store,
        now: () => this.now,
        campaigns: {
          sent: async (since) => {
            this.asked.push(["sent", since]);
            return { campaigns: this.campaigns, ...(this.wrong !== undefined && { wrong: this.wrong }) };
          },
          async *engaged(id, _kinds, since) {
            asked.push([id, since]);
            const page = events.get(id)!;
            if (page instanceof Error) throw page;
            yield page;
          },
        },
        activities: {
          atOnce: this.atOnce,
          add: async (activities) => {
            if (activities.length === 0) throw new Error("nothing to add");
            const { sending = [] } = (await this.progress()) ?? {};
            for (const one of activities) expect(sending, "recorded before it is sent").toContainEqual(one);
            this.added.push(...activities);
            return activities.flatMap(() => (this.answers.length === 0 ? "added" : (this.answers.shift() ?? [])));
          },
          there: async (personId, since) => this.there(personId, since),
        },
      },
      this.settings,
      this.concerned,
      this.stop.signal,
    );
  }
  progress = () => this.store.fact("engagement");
  published = (personId: number, campaign = "c") => this.store.engagements([{ personId, campaign }]);
}
