/** A1, A2, A10: each activity is added to a person once, whatever is lost, refused or unreadable. */
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryCampaigns } from "../../../test/memory-campaigns.ts";
import { newLink } from "../../plan/link-patch.ts";
import type { PendingActivity } from "../../ports/engagement.ts";

/** A day, in seconds. */
const DAY = 86_400;
let own: MemoryCampaigns;
beforeEach(() => {
  own = new MemoryCampaigns();
  for (const id of [1, 2, 3]) own.person(id);
});
const told = () => own.added.map((one) => one.personId);

describe("what is added", () => {
  test("each new kind with its first time, in the order in which it happened, then nothing more", async () => {
    const [first, later] = [own.now - 2 * DAY, own.now - DAY];
    own.campaign("c", [own.opened(1, "click", later), own.opened(1, "open", later), own.opened(1, "open", first)]);
    expect(await own.publish()).toEqual({ told: 1, refused: 0, more: false });
    const [activity] = own.added;
    expect(activity).toMatchObject({ personId: 1, at: first, kinds: ["open", "click"], fresh: ["open", "click"] });
    expect(activity!.details).toMatch(/^Mailchimp campaign \([0-9a-f]{8}\) “News c”: opened \(.+\), clicked \(.+\)$/);
    expect(await own.published(1)).toEqual([{ personId: 1, campaign: "c", kinds: ["open", "click"] }]);
    expect(await own.progress()).toEqual({ seen: { c: { figures: "1", until: own.now } }, sending: [] });
    expect(await own.publish()).toEqual({ told: 0, refused: 0, more: false });
    // Figures that moved: read again, since some days before everything was published
    own.now += 5 * DAY;
    own.campaign("c", [own.opened(1, "click"), own.opened(1, "bounce")], "2");
    own.asked.splice(0);
    await own.publish();
    expect(own.asked).toEqual([["sent", own.now - 10 * DAY], "everybody", ["c", own.now - 8 * DAY]]);
    expect(await own.published(1)).toEqual([{ personId: 1, campaign: "c", kinds: ["open", "click", "bounce"] }]);
  });
  test("a campaign is read from the beginning of the period at first", async () => {
    own.campaign("c");
    await own.publish();
    expect(own.asked).toContainEqual(["c", own.now - 10 * DAY]);
  });
  test("everybody is loaded once, and only for a campaign with news", async () => {
    await own.publish();
    expect(own.asked).toEqual([["sent", own.now - 10 * DAY]]);
    for (const id of ["c", "d"]) own.campaign(id, [own.opened(1)]);
    await own.publish();
    expect(own.asked.filter((one) => one === "everybody")).toHaveLength(1);
    expect(told()).toEqual([1, 1]);
  });
  test("nobody who is left alone, unknown, or gone, even if their link is there still", async () => {
    own.leftAlone.add(1);
    own.links.set(9, newLink(9, "k9", "p2@exemple.fr", 9));
    own.campaign("c", [own.opened(1), own.opened(2), own.opened(8)]);
    expect((await own.publish()).told).toBe(1);
    expect(told()).toEqual([2]);
  });
  test("a thousand in one run, the rest in the next", async () => {
    own.atOnce = 500;
    const many = Array.from({ length: 1_100 }, (_, index) => index + 1);
    for (const id of many) own.person(id);
    own.campaign(
      "c",
      many.map((id) => own.opened(id)),
    );
    own.campaign("d", [own.opened(1)]);
    expect(await own.publish()).toEqual({ told: 1_000, refused: 0, more: true });
    expect((await own.progress())!.seen).toEqual({});
    expect(await own.publish()).toEqual({ told: 101, refused: 0, more: false });
    expect(new Set(told()).size).toBe(1_100);
  });
  test("nothing more once the run is to end", async () => {
    own.campaign("c", [own.opened(1)]);
    own.stop.abort();
    expect((await own.publish()).told).toBe(0);
    expect(own.asked).not.toContainEqual(["c", expect.anything()]);
  });
  test("no further part once the run is to end meanwhile", async () => {
    own.campaign(
      "c",
      [1, 2, 3].map((id) => own.opened(id)),
    );
    own.store.engagements = async () => {
      own.stop.abort();
      return [];
    };
    expect(await own.publish()).toEqual({ told: 0, refused: 0, more: true });
  });
});

describe("A10: what Copper refuses", () => {
  test("is said, counted, and not sent again; another kind is", async () => {
    own.answers.push({ refused: "no such type" });
    own.campaign("c", [own.opened(1), own.opened(2)]);
    expect(await own.publish()).toEqual({ told: 1, refused: 1, more: false, error: "no such type" });
    expect(await own.published(1)).toEqual([{ personId: 1, campaign: "c", kinds: [], refused: ["open"] }]);
    own.campaign("c", [own.opened(1), own.opened(1, "click")], "2");
    await own.publish();
    expect(own.added.at(-1)).toMatchObject({ kinds: ["click"], fresh: ["click"] });
    expect(await own.published(1)).toEqual([{ personId: 1, campaign: "c", kinds: ["click"], refused: ["open"] }]);
    own.answers.push({ refused: "no such type" });
    own.campaign("c", [own.opened(1, "bounce")], "3");
    await own.publish();
    expect(await own.published(1)).toEqual([
      { personId: 1, campaign: "c", kinds: ["click"], refused: ["open", "bounce"] },
    ]);
  });
});

describe("A1, A2: answers that are lost", () => {
  /** An activity whose answer was lost, as it is stored. */
  async function lost(some: Partial<PendingActivity> = {}): Promise<PendingActivity> {
    own.answers.push("lost");
    own.campaign("c", [own.opened(1)]);
    expect(await own.publish()).toEqual({ told: 0, refused: 0, more: false });
    own.added = [];
    own.campaign("c", [own.opened(1)], "2");
    const { seen, sending } = (await own.progress())!;
    const one = { ...sending[0]!, ...some };
    await own.store.saveChanges({ facts: { engagement: { seen, sending: [one] } } });
    return one;
  }
  test("nothing is published", async () => {
    const one = await lost();
    expect(await own.published(1)).toEqual([]);
    expect(one).toMatchObject({ personId: 1, campaign: "c" });
  });
  test("an answer that is missing is a lost one", async () => {
    own.answers.push("added", undefined);
    own.campaign("c", [own.opened(1), own.opened(2)]);
    expect((await own.publish()).told).toBe(1);
    expect((await own.progress())!.sending).toMatchObject([{ personId: 2 }]);
  });
  test.each([true, false])("one that is there is published, and not sent again (with a mark: %s)", async (marked) => {
    const one = await lost(marked ? {} : { mark: undefined as never });
    const looked: number[] = [];
    own.there = (_, since) => {
      looked.push(since);
      return ["another", `${one.details} and more`];
    };
    expect((await own.publish()).told).toBe(0);
    expect([own.added, looked]).toEqual([[], [one.at - DAY]]);
    expect(await own.published(1)).toEqual([{ personId: 1, campaign: "c", kinds: ["open"] }]);
    expect(await own.progress()).toMatchObject({ sending: [], seen: { c: { figures: "2" } } });
  });
  test("those that are not there are sent again, so many at once, while the others stay recorded", async () => {
    const one = await lost();
    const sending = [1, 2, 3].map((personId) => ({ ...one, personId }));
    await own.store.saveChanges({ facts: { engagement: { seen: {}, sending } } });
    const recorded: unknown[] = [];
    const { saveChanges } = own.store;
    own.store.saveChanges = async (changes) => {
      recorded.push(changes.facts?.engagement?.sending.length);
      await saveChanges(changes);
    };
    own.there = () => ["another"];
    expect((await own.publish()).told).toBe(3);
    // Looked for, two sent and answered, the third sent and answered, and the campaign done with
    expect(recorded).toEqual([3, 3, 1, 1, 0, 0, 0]);
    expect(told()).toEqual([1, 2, 3]);
  });
  test("one of an earlier version that is refused then", async () => {
    await lost({ mark: undefined as never, fresh: undefined as never, refused: undefined as never });
    own.answers.push({ refused: "no" });
    expect((await own.publish()).refused).toBe(1);
    expect(await own.published(1)).toEqual([{ personId: 1, campaign: "c", kinds: [], refused: ["open"] }]);
  });
  test("where the person cannot be looked at, nothing of that campaign is sent to them; after five runs it counts as there", async () => {
    await lost();
    own.there = () => {
      throw new Error("no answer");
    };
    own.campaign("d", [own.opened(1)]);
    expect(await own.publish()).toEqual({ told: 1, refused: 0, more: false, error: "no answer" });
    expect(own.added).toMatchObject([{ personId: 1, campaign: "d" }]);
    expect((await own.progress())!.seen).toMatchObject({ c: { figures: "1" }, d: { figures: "1" } });
    for (const tries of [2, 3, 4]) {
      await own.publish();
      expect((await own.progress())!.sending).toMatchObject([{ personId: 1, tries }]);
    }
    await own.publish();
    expect((await own.progress())!.sending).toEqual([]);
    expect([own.added.length, await own.published(1)]).toMatchObject([1, [{ kinds: ["open"] }]]);
  });
});

describe("A3: what cannot be read", () => {
  test("a campaign stops no other, two in a row leave the rest to the next run", async () => {
    for (const id of ["a", "b", "c", "d", "e", "f"])
      own.campaign(id, ["a", "c", "d"].includes(id) ? new Error(`no ${id}`) : [own.opened(1)]);
    expect(await own.publish()).toEqual({ told: 1, refused: 0, more: false, error: "no a; no c; no d" });
    expect(Object.keys((await own.progress())!.seen)).toEqual(["b"]);
  });
  test("at most three errors are said, each once", async () => {
    own.wrong = "half a list";
    for (const id of ["a", "b", "c", "d", "e"])
      own.campaign(id, ["a", "c", "e"].includes(id) ? new Error(id === "e" ? "no c" : `no ${id}`) : []);
    expect((await own.publish()).error).toBe("half a list; no a; no c");
  });
  test("a list that cannot be read is said", async () => {
    own.store.engagements = () => Promise.reject(new Error("no store"));
    own.campaign("c", [own.opened(1)]);
    expect((await own.publish()).error).toBe("no store");
    Object.defineProperty(own, "campaigns", {
      get: () => {
        throw new Error("no list");
      },
    });
    expect((await own.publish()).error).toBe("no list");
  });
});

describe("what is forgotten", () => {
  test("a campaign that all lists lacked for the whole period, and its activities with it", async () => {
    own.campaign("c", [own.opened(1)]);
    own.campaign("d");
    await own.publish();
    const listed = own.campaigns;
    own.campaigns = listed.slice(1);
    const lacking = own.now;
    await own.publish();
    expect((await own.progress())!.seen).toMatchObject({ c: { gone: lacking }, d: { figures: "1" } });
    own.now += 5 * DAY;
    await own.publish();
    expect((await own.progress())!.seen).toMatchObject({ c: { gone: lacking } });
    own.now = lacking + 10 * DAY;
    await own.publish();
    expect([Object.keys((await own.progress())!.seen), (await own.published(1)).length]).toEqual([["c", "d"], 1]);
    own.now += 1;
    await own.publish();
    expect([Object.keys((await own.progress())!.seen), await own.published(1)]).toEqual([["d"], []]);
  });
  test("not one that is listed again", async () => {
    own.campaign("c", [own.opened(1)]);
    await own.publish();
    const listed = own.campaigns;
    own.campaigns = [];
    await own.publish();
    own.campaigns = listed;
    await own.publish();
    expect((await own.progress())!.seen.c).not.toHaveProperty("gone", expect.anything());
    own.now += 20 * DAY;
    await own.publish();
    expect(Object.keys((await own.progress())!.seen)).toEqual(["c"]);
  });
});
