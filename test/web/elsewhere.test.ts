/** Ways out of the pages: a contact's own page in each service, and the sign-up link for who must come back alone. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSettingOf } from "../../src/app/stored-connections.ts";
import { elsewhereOf, elsewhereOfStored } from "../../src/backends/service-pages.ts";
import { readSettings } from "../../src/config/settings.ts";
import { texts } from "../../src/i18n/texts.ts";
import { wire } from "../../src/main/wire.ts";
import type { StandingReason } from "../../src/plan/standings.ts";
import type { StandingContact } from "../../src/ports/store.ts";
import { ContactPage } from "../../src/web/views/contact.tsx";
import { Found } from "../../src/web/views/contacts.tsx";
import type { View } from "../../src/web/views/layout.tsx";
import { Review } from "../../src/web/views/review.tsx";
import { type World, world } from "../harness.ts";
import { type Opened, openFor } from "./open.ts";

const REAL = {
  copper: { url: "https://api.copper.com/developer_api/v1" },
  mailchimp: { url: "https://us21.api.mailchimp.com/3.0" },
};
const PERSON = "https://app.copper.com/companies/4711/app#/contact/7";
const MEMBER = "https://us21.admin.mailchimp.com/lists/members/view?id=99";

describe("where the services' own pages lie", () => {
  test("is known of the services themselves, and of nothing that stands in for them", () => {
    expect(elsewhereOf(REAL, "4711:list")).toEqual({ copper: PERSON.slice(0, -1), mailchimp: MEMBER.slice(0, -2) });
    const simulated = { copper: { url: "http://127.0.0.1:1/v1" }, mailchimp: { url: "http://127.0.0.1:2/3.0" } };
    expect(elsewhereOf(simulated, "4711:list")).toEqual({});
    const alike = { ...REAL, copper: { url: "https://api.copper.com.example.org/v1" } };
    expect(elsewhereOf(alike, "4711:list").copper).toBeUndefined();
    expect(elsewhereOf(REAL, "some key:list").copper).toBeUndefined();
  });
  test("of a connection of the database: by its own settings", () => {
    const scope = "4711:list";
    expect(elsewhereOfStored({ scope, own: { settings: { MAILCHIMP_DC: "US21" } } }).mailchimp).toBe(
      MEMBER.slice(0, -2),
    );
    const own = { settings: { MAILCHIMP_DC: "us21", MAILCHIMP_API_URL: "http://127.0.0.1:2" } };
    expect(elsewhereOfStored({ scope, own })).toEqual({ copper: PERSON.slice(0, -1) });
    expect(openSettingOf({ own: { settings: { ARCHIVE_TAG: "Anciens" } } }, "ARCHIVE_TAG")).toBe("Anciens");
    expect(openSettingOf({ own: {} }, "ARCHIVE_TAG")).toBe("📥 INACTIF");
  });
});

describe("a contact's page, its row, and its row on the review list", () => {
  const view: View = {
    t: texts("en"),
    language: "en",
    csrf: "",
    base: "/c/default",
    path: "/contacts",
    audience: "Lettre",
    busy: false,
    elsewhere: elsewhereOf(REAL, "4711:list"),
  };
  const known = (reason: StandingReason, webId?: number): StandingContact => ({
    person: { id: 7, name: "Ana", emails: ["ana@exemple.fr"], fields: {}, tags: [], createdAt: 0, modifiedAt: 0 },
    member: {
      key: "k",
      id: "k",
      email: "ana@exemple.fr",
      status: "subscribed",
      fields: {},
      tags: [],
      changedAt: 0,
      ...(webId && { webId }),
    },
    standing: { reason, since: null },
  });
  const page = (one: StandingContact, looking = view) =>
    String(ContactPage({ view: looking, known: one, mapping: [], history: [], signUpUrl: null }));
  const row = (one: StandingContact) => {
    const query = { text: "", state: undefined, reason: undefined };
    return String(Found({ view, query, found: [one], total: 1, offset: 0, page: 1, signUpUrl: null }));
  };
  const marked = (webId?: number) => {
    const person = { personId: 7, name: "Ana", emails: ["ana@exemple.fr"], tag: "🗑️ À SUPPRIMER", about: undefined };
    const people = [
      { ...person, since: "2026-01-01T00:00:00Z", member: "subscribed", tags: [], ...(webId && { webId }) },
    ];
    const list = { view, query: {}, people, total: 1, page: 1, pages: 1, copies: [] };
    return String(Review({ ...list, archiveTag: "📥 INACTIF", nobody: false, job: "" }));
  };
  test("lead to both services, without telling them from where, in a tab of their own", () => {
    for (const html of [page(known("set-aside", 99)), row(known("set-aside", 99)), marked(99)])
      for (const href of [PERSON, MEMBER])
        expect(html).toMatch(
          new RegExp(`<a href="${href.replace("?", "\\?")}"[^>]* target="_blank" rel="noreferrer noopener"`),
        );
  });
  test("lead nowhere where the address is not known for sure, and a row of who is in sync nowhere at all", () => {
    expect(page(known("set-aside"))).toContain(PERSON);
    expect(page(known("set-aside"))).not.toContain("mailchimp.com");
    expect(marked()).toContain(PERSON);
    expect(marked()).not.toContain("mailchimp.com");
    expect(page(known("set-aside", 99), { ...view, elsewhere: undefined })).not.toContain("_blank");
    expect(row(known("in-step", 99))).not.toContain("_blank");
  });
});

describe("the sign-up link", () => {
  const URL_SHOWN = /^https:\/\/demo\.list-manage\.com\/subscribe\?id=/;
  let own: World;
  let open: Opened;
  beforeAll(async () => {
    own = await world();
    own.person({ first_name: "Ana", email: "ana@exemple.fr" });
    own.member("ana@exemple.fr", { status: "unsubscribed", merge_fields: { FNAME: "Ana" } });
    own.person({ first_name: "Bob", email: "bob@exemple.fr" });
    await own.sync();
    open = await openFor(own);
  });
  afterAll(async () => {
    await open.close();
    await own.close();
  });
  test("C5: is copied by its button, and read out where a script is missing", async () => {
    const page = await open.enter({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(`${open.base}/contacts?q=ana`);
    await page.getByRole("button", { name: "Copy the sign-up link" }).click();
    await page.getByText("Copied.").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toMatch(URL_SHOWN);
    await page.getByRole("link", { name: /Ana/ }).first().click();
    expect(await page.getByLabel("Sign-up link of the audience").inputValue()).toMatch(URL_SHOWN);
    // It stands there once, where it can be taken from
    expect(await page.textContent(".stands")).not.toContain("list-manage");
    const still = await open.enter({ javaScriptEnabled: false });
    await still.goto(`${open.base}/contacts?q=ana`);
    expect(await still.getByLabel("Sign-up link of the audience").inputValue()).toMatch(URL_SHOWN);
    expect(await still.getByRole("button", { name: "Copy" }).count()).toBe(0);
    await still.goto(`${open.base}/contacts?q=bob`);
    expect(await still.locator(".copy").count()).toBe(0);
  });
  test("a member is kept with the number by which Mailchimp's pages know them", async () => {
    const { store } = await wire(readSettings(own.env, own.folder), new AbortController().signal);
    const [known] = await store.search("ana", 1);
    expect(known?.member?.webId).toBe(Number.parseInt(own.at("ana@exemple.fr")!.id.slice(0, 7), 16));
    await store.close();
  });
});
