/** Work asked for in the browser: a sync with a reload in its middle, stopping, and the decisions on marked people. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type World, world } from "../harness.ts";
import { type Opened, openFor } from "./open.ts";

let own: World;
let open: Opened;
beforeEach(async () => {
  own = await world();
  for (const name of ["Ana", "Bob", "Cleo", "Dora"]) {
    const address = `${name.toLowerCase()}@exemple.fr`;
    own.person({ first_name: name, email: address, tags: ["VIP", "🗑️ À SUPPRIMER"] });
    own.member(address, { merge_fields: { FNAME: name } });
  }
  own.person({ first_name: "Keep", email: "keep@exemple.fr" });
  await own.sync();
  open = await openFor(own);
});
afterEach(async () => {
  await open.close();
  await own.close();
});
const personNamed = (name: string) => [...own.worlds.copper.people.values()].find((one) => one.first_name === name);

/** Holds the next request of a kind until it is let go. */
function hold(service: World["copper"], path: RegExp): { readonly reached: Promise<void>; letGo(): void } {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((open) => {
    letGo = open;
  });
  const reached = new Promise<void>((there) => {
    service.before = async (asked) => {
      if (!path.test(asked.path)) return;
      service.before = undefined;
      there();
      await gate;
    };
  });
  return { reached, letGo };
}

describe("a sync", () => {
  test("is seen going on, also after a reload in its middle, and its end without one", async () => {
    own.person({ first_name: "New", email: "new@exemple.fr" });
    const held = hold(own.mailchimp, /\/lists\/\w+\/members$/);
    const page = await open.enter();
    await page.getByRole("button", { name: "Sync now" }).click();
    await held.reached;
    await page
      .getByText(/Read so far|in progress/)
      .first()
      .waitFor();
    await page.reload();
    expect(await page.getByRole("button", { name: "Sync now" }).count()).toBe(0);
    held.letGo();
    await page.locator(".job.ended").waitFor();
    await page.getByText("Everything is in sync").waitFor();
    expect(own.at("new@exemple.fr")?.status).toBe("subscribed");
  });
  test("is stopped after the request in hand", async () => {
    own.person({ first_name: "New", email: "new@exemple.fr" });
    const held = hold(own.mailchimp, /\/lists\/\w+\/members$/);
    const page = await open.enter();
    await page.getByRole("button", { name: "Sync now" }).click();
    await held.reached;
    await page.getByRole("button", { name: "Stop" }).click();
    held.letGo();
    await page.locator(".job.stopped").waitFor();
    expect(own.at("new@exemple.fr")).toBeUndefined();
  });
  test("A6: is undone from its page: a plan first, then what was done is put back", async () => {
    own.person({ first_name: "New", email: "new@exemple.fr" });
    const { run } = await own.sync();
    const page = await open.enter();
    await page.goto(`${open.base}/runs/${run}`);
    await page.getByRole("button", { name: "Undo this sync…" }).click();
    await page.getByRole("button", { name: "Restore previous values" }).waitFor();
    expect(own.at("new@exemple.fr")!.status).toBe("subscribed");
    await page.getByRole("button", { name: "Restore previous values" }).click();
    await page.getByRole("link", { name: "Report" }).first().waitFor();
    await page.locator(".job.ended").waitFor();
    expect(own.at("new@exemple.fr")!.status).toBe("archived");
  });
  test("R4: what was blocked is let through only by the number of contacts, with those concerned in sight", async () => {
    for (let index = 0; index < 60; index += 1)
      own.person({ first_name: `New${index}`, email: `new${index}@exemple.fr` });
    const page = await open.enter();
    await page.getByRole("button", { name: "Sync now" }).click();
    await page.locator(".job.failed").waitFor();
    expect(await page.textContent(".job")).not.toContain("Everything is in sync");
    await page.goto(`${open.base}/`);
    await page.getByText("Sync blocked for safety").first().waitFor();
    await page.locator(".job a[href$='/job/anyway']").click();
    expect(await page.textContent(".confirm")).toContain("new0@exemple.fr");
    await page.getByRole("textbox").fill("59");
    await page.getByRole("button", { name: "Apply for 60 contacts" }).click();
    await page.getByText("This is not the number").waitFor();
    expect(own.at("new0@exemple.fr")).toBeUndefined();
    await page.getByRole("textbox").fill("60");
    await page.getByRole("button", { name: "Apply for 60 contacts" }).click();
    await page.locator(".job.ended:not(.failed)").waitFor();
    expect(own.at("new59@exemple.fr")?.status).toBe("subscribed");
  });
  test("C5: who was refused is tried again when somebody asks for it on the page", async () => {
    own.person({ first_name: "Odd", email: "odd@exemple.fr" });
    const detail = "odd@exemple.fr looks fake or invalid, please enter a real email address.";
    own.mailchimp.fault = ({ method, path }) =>
      method === "POST" && path.endsWith("/members")
        ? { when: "before", reply: { status: 400, body: { title: "Invalid Resource", detail } } }
        : undefined;
    await own.sync();
    own.mailchimp.fault = undefined;
    await own.sync();
    expect(own.at("odd@exemple.fr")).toBeUndefined();
    const page = await open.enter();
    await page.goto(`${open.base}/contacts?state=failing`);
    expect(await page.textContent(".found")).toContain("odd@exemple.fr");
    await page.getByRole("button", { name: "Try again now" }).click();
    await page.locator(".job.ended").waitFor();
    expect(own.at("odd@exemple.fr")?.status).toBe("subscribed");
  });
  test("a plan writes nothing", async () => {
    own.person({ first_name: "New", email: "new@exemple.fr" });
    own.writes();
    const page = await open.enter();
    await page.getByRole("button", { name: "Preview" }).click();
    await page.locator(".job.ended").waitFor();
    expect(await page.textContent(".job")).toContain("Contacts added to Mailchimp");
    expect(own.writes()).toEqual([]);
  });
});

test("syncs without changes are folded in the history, the others are not", async () => {
  for (let quiet = 0; quiet < 3; quiet += 1) await own.sync();
  own.person({ first_name: "New", email: "new@exemple.fr" });
  await own.sync();
  const page = await open.enter();
  await page.goto(`${open.base}/runs`);
  expect(await page.textContent("details summary")).toMatch(/^[34] syncs without changes$/);
  expect(await page.textContent("tbody tr")).toContain("successful");
  await page.locator("details summary").click();
  await page.locator("details a").first().click();
  expect(await page.textContent("h1")).toContain("Sync of");
});

describe("decisions", () => {
  test("D3: archive and ignore, one by one: nobody else is touched", async () => {
    const page = await open.enter();
    await page.goto(`${open.base}/review`);
    await page.getByLabel("Select Ana").check();
    await page.getByRole("button", { name: "Archive" }).click();
    await page.getByText(/Ana.*: archived/).waitFor();
    await page.locator(".job.ended").waitFor();
    expect(personNamed("Ana")!.tags).toEqual(["vip", "📥 INACTIF"]);
    expect(own.at("ana@exemple.fr")!.status).toBe("archived");
    await page.goto(`${open.base}/review`);
    await page.getByLabel("Select Bob").check();
    await page.getByRole("button", { name: "Do nothing" }).click();
    await page.getByText(/Bob.*no longer listed/).waitFor();
    await page.goto(`${open.base}/review`);
    expect(await page.locator("tbody tr").count()).toBe(2);
    expect(personNamed("Bob")!.tags).toContain("🗑️ À SUPPRIMER");
    for (const name of ["cleo", "dora", "keep"]) expect(own.at(`${name}@exemple.fr`)!.status).toBe("subscribed");
  });
  test("D4: delete names how many and wants the number typed; undo is right there", async () => {
    const page = await open.enter();
    await page.goto(`${open.base}/review`);
    await page.getByLabel("Select Ana").check();
    await page.getByLabel("Select Cleo").check();
    await page.getByRole("button", { name: "Delete…" }).click();
    expect(await page.textContent("h1")).toBe("Delete 2 people");
    await page.getByRole("textbox").fill("3");
    await page.getByRole("button", { name: "Delete 2 people" }).click();
    await page.getByText("This is not the number of people.").waitFor();
    expect(personNamed("Ana")).toBeDefined();
    await page.getByRole("textbox").fill("2");
    await page.getByRole("button", { name: "Delete 2 people" }).click();
    await page.locator(".job.ended").waitFor();
    expect(personNamed("Ana")).toBeUndefined();
    expect(personNamed("Cleo")).toBeUndefined();
    expect(personNamed("Dora")).toBeDefined();
    expect(own.at("ana@exemple.fr")!.status).toBe("archived");
    await page.getByRole("button", { name: "Restore: Ana" }).first().click();
    await page.getByText(/Ana.*restored/).waitFor();
    expect(personNamed("Ana")!.tags).toEqual(["vip"]);
    expect(own.at("ana@exemple.fr")!.status).toBe("subscribed");
  });
  test("all of the filter, by keyboard alone; a closed browser stops nothing", async () => {
    for (let index = 0; index < 120; index += 1)
      own.person({ first_name: `Many${index}`, email: `many${index}@exemple.fr`, tags: ["a supprimer"] });
    await own.sync();
    const page = await open.enter();
    await page.goto(`${open.base}/review?q=many`);
    const held = hold(own.copper, /\/people\/\d+$/);
    await page.getByLabel("The whole list (120 people)").focus();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Archive" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Archive 120 people" }).focus();
    await page.keyboard.press("Enter");
    await held.reached;
    await page.context().close();
    held.letGo();
    const again = await open.enter();
    await again.goto(`${open.base}/review`);
    await again.locator(".job.ended").waitFor();
    const archived = [...own.worlds.copper.people.values()].filter((one) => one.tags.includes("📥 INACTIF"));
    expect(archived).toHaveLength(120);
    expect(personNamed("Ana")!.tags).toContain("🗑️ À SUPPRIMER");
  });
  test("what concerns several is asked once more, with their names; nobody selected is said", async () => {
    const page = await open.enter();
    await page.goto(`${open.base}/review`);
    await page.getByRole("button", { name: "Do nothing" }).click();
    await page.getByText("Nobody is selected").waitFor();
    for (const name of ["Ana", "Bob"]) await page.getByLabel(`Select ${name}`).check();
    await page.getByRole("button", { name: "Do nothing" }).click();
    expect(await page.textContent(".confirm")).toMatch(/Ana[\s\S]*Bob/);
    await page.goto(`${open.base}/review`);
    expect(await page.locator("tbody tr").count()).toBe(4);
  });
  test("what archiving means names the tag that is set", async () => {
    const read = async (into: Opened) => {
      const page = await into.enter();
      await page.goto(`${into.base}/review`);
      return page.textContent(".meaning");
    };
    expect(await read(open)).toContain("“📥 INACTIF” takes the place of the deletion tag");
    await open.close();
    open = await openFor(own, { ARCHIVE_TAG: "Anciens" });
    const text = await read(open);
    expect(text).toContain("“Anciens” takes the place of the deletion tag");
    expect(text).not.toContain("INACTIF");
  });
  test("on a phone two decisions are at hand and the others in a menu, without a script too; on a desk all four", async () => {
    const page = await open.enter({ viewport: { width: 390, height: 800 }, javaScriptEnabled: false });
    await page.goto(`${open.base}/review`);
    await page.getByLabel("Select Ana").check();
    const shown = () => page.locator(".decisions button:visible").allTextContents();
    expect(await shown()).toEqual(["Archive", "Delete…"]);
    // In one row, also where the phone is small
    await page.setViewportSize({ width: 360, height: 700 });
    const tops = await page
      .locator(".decisions .buttons > :visible")
      .evaluateAll((all) =>
        all.map((one) => Math.round(one.getBoundingClientRect().top + one.getBoundingClientRect().height / 2)),
      );
    expect([tops.length, new Set(tops).size]).toEqual([3, 1]);
    await page.getByText("More…").click();
    expect(await shown()).toEqual(["Archive", "Delete…", "Do nothing", "Erase for good…"]);
    for (const button of await page.locator(".decisions button:visible").all()) {
      const box = (await button.boundingBox())!;
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(360);
    }
    await page.getByRole("button", { name: "Do nothing" }).click();
    await vi.waitUntil(async () => {
      await page.goto(`${open.base}/review`);
      return (await page.getByLabel("Select Ana").count()) === 0;
    });
    await page.setViewportSize({ width: 1000, height: 800 });
    expect(await shown()).toEqual(["Archive", "Do nothing", "Delete…", "Erase for good…"]);
    expect(await page.getByText("More…").isVisible()).toBe(false);
  });
  test("D5: a mark that is gone meanwhile is respected, and said", async () => {
    const page = await open.enter();
    await page.goto(`${open.base}/review`);
    personNamed("Dora")!.tags = ["VIP"];
    await page.getByLabel("Select Dora").check();
    await page.getByRole("button", { name: "Archive" }).click();
    await page.getByText(/Dora.*the deletion tag has been taken off/).waitFor();
    expect(own.at("dora@exemple.fr")!.status).toBe("subscribed");
  });
});
