/**
 * What comes from outside, in any shape: answers of the services, `.env`, `sync.config.yaml` (requests to `serve` are
 * in `fuzz-requests.test.ts`). Nothing may break, nothing may be taken for what it is not. `FUZZ=100` tries a hundred times as much.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { environmentFile, withSettings } from "../src/config/env-file.ts";
import { SETTINGS } from "../src/config/setting-sources.ts";
import { readSettings, SettingsError } from "../src/config/settings.ts";
import { rawPerson, toPerson } from "../src/copper/schema.ts";
import { NO_TRAITS } from "../src/domain/filter.ts";
import { internPool } from "../src/domain/intern.ts";
import { failureOf } from "../src/mailchimp/refusal.ts";
import { rawMember, toMember } from "../src/mailchimp/schema.ts";
import type { SimRequest, SimResponse } from "../src/simulators/server.ts";
import { world } from "./harness.ts";

// Much more of it takes longer
vi.setConfig({ testTimeout: 600_000 });
const times = (runs: number) => ({ numRuns: runs * Number(process.env.FUZZ ?? 1) });

describe("answers of the services", () => {
  const record = (names: readonly string[]) =>
    fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.anything(), fc.constantFrom(null, "", 0, [], {})));
  test("a record of any shape is read or refused, and what is read has the shape we rely on", () => {
    const person = record(
      "id name emails phone_numbers address tags custom_fields date_created date_modified".split(" "),
    );
    const member = record("id contact_id email_address status merge_fields tags last_changed".split(" "));
    fc.assert(
      fc.property(person, member, (one, other) => {
        const read = rawPerson.safeParse(one);
        if (read.success) {
          const { id, emails, tags, modifiedAt } = toPerson(
            read.data,
            { mapped: [], customs: [], zone: "UTC", traits: NO_TRAITS },
            internPool(),
          );
          expect([typeof id, typeof modifiedAt]).toEqual(["number", "number"]);
          expect([...emails, ...tags].every((text) => typeof text === "string")).toBe(true);
        }
        const seen = rawMember.safeParse(other);
        if (seen.success) expect(typeof toMember(seen.data, [], internPool()).changedAt).toBe("number");
      }),
      times(1_000),
    );
  });
  test("a refusal of any shape is a failure with a code, never an exception", () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.anything(), fc.string(), (status, body, text) => {
        expect(failureOf({ ok: false, status, body, text }).code).toMatch(/^[A-Z_]+$/);
      }),
      times(1_000),
    );
  });

  /** Puts something else in the place of any part of a body. */
  function broken(body: unknown, at: number, by: unknown): unknown {
    const places: (() => void)[] = [];
    const copy = structuredClone(body);
    const visit = (node: unknown) => {
      if (typeof node !== "object" || node === null) return;
      for (const key of Object.keys(node)) {
        const own = node as Record<string, unknown>;
        places.push(() => {
          if (by === undefined) delete own[key];
          else own[key] = by;
        });
        visit(own[key]);
      }
    };
    visit(copy);
    if (places.length === 0) return by;
    places[at % places.length]!();
    return copy;
  }
  const trouble = fc.record({
    side: fc.constantFrom("copper" as const, "mailchimp" as const),
    request: fc.nat(30),
    at: fc.nat(5_000),
    by: fc.oneof(
      fc.constantFrom(undefined, null, "", 0, -1, true, [], {}, "x", 1e21, "2026-01-01T00:00:00Z"),
      fc.jsonValue(),
    ),
  });
  test("A4, C1, G4: any part of any answer may be wrong: the run ends clearly, nobody is subscribed again, few are archived", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(trouble, { minLength: 1, maxLength: 4 }), async (troubles) => {
        const own = await world({ people: 25, seed: 9 });
        await own.sync();
        const before = new Map([...own.worlds.mailchimp.members.values()].map((one) => [one.id, one.status]));
        for (const person of own.worlds.copper.people.values()) {
          if (person.id % 3 === 0) Object.assign(person, { first_name: "Neuf", date_modified: own.clock + 30 });
        }
        for (const side of ["copper", "mailchimp"] as const) {
          let request = 0;
          own[side].bend = (_: SimRequest, reply: SimResponse) => {
            const wrong = troubles.find((one) => one.side === side && one.request === request);
            request += 1;
            return wrong === undefined ? reply : { ...reply, body: broken(reply.body, wrong.at, wrong.by) };
          };
        }
        await own.sync({ full: true }).catch((error: Error) => {
          expect(error).toHaveProperty("code");
          expect(["unreadable", "unreachable", "missing", "credentials"]).toContain((error as { code?: string }).code);
        });
        for (const side of ["copper", "mailchimp"] as const) own[side].bend = undefined;
        const archived = [...before].filter(([id, status]) => {
          const now = own.worlds.mailchimp.members.get(id)?.status;
          if (status !== "subscribed" && status !== "transactional") expect(now).not.toBe("subscribed");
          return status !== "archived" && now === "archived";
        });
        expect(archived.length).toBeLessThanOrEqual(10);
        await own.close();
      }),
      times(40),
    );
  }, 600_000);
});

describe("files", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sync-fuzz-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const read = () => {
    try {
      return readSettings({}, folder);
    } catch (error) {
      expect(error).toBeInstanceOf(SettingsError);
      expect((error as SettingsError).faults.length).toBeGreaterThan(0);
      return undefined;
    }
  };
  const line = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc
      .tuple(fc.constantFrom(...Object.keys(SETTINGS)), fc.string({ unit: "binary", maxLength: 30 }))
      .map(([name, value]) => `${name}=${value}`),
  );
  test(".env with anything in it: settings, or every fault by name", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        writeFileSync(join(folder, ".env"), lines.join("\n"));
        read();
      }),
      times(500),
    );
    rmSync(join(folder, ".env"));
  });
  test(".env is written so that it says what was meant, and other lines stay", () => {
    const value = fc
      .string({ unit: fc.constantFrom(..."aé #=@'+-./:,%&$🗑 x"), maxLength: 20 })
      .map((text) => text.trim());
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("ONLY", "DELETION_TAGS", "COPPER_API_KEY"), value), (values) => {
        const text = withSettings("# mine\nOTHER=1\n", values);
        expect(text.startsWith("# mine\nOTHER=1\n")).toBe(true);
        writeFileSync(join(folder, ".env"), text);
        for (const [name, one] of Object.entries(values)) expect(environmentFile(folder)[name] ?? "").toBe(one);
      }),
      times(500),
    );
    rmSync(join(folder, ".env"));
  });
  test("sync.config.yaml with anything in it: settings, or every fault by name", () => {
    const right = {
      COPPER_API_KEY: "k",
      COPPER_API_EMAIL: "a@b.fr",
      MAILCHIMP_API_KEY: "k-us1",
      MAILCHIMP_DC: "us1",
      MAILCHIMP_LIST_ID: "l",
    };
    const shape = fc.dictionary(
      fc.constantFrom("fields", "told", "fireAutomations", "else"),
      fc.oneof(
        fc.jsonValue(),
        fc.array(fc.dictionary(fc.constantFrom("copper", "mailchimp", "direction"), fc.jsonValue())),
      ),
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(...":-[]{}&*!|>'\"%@`#? \n\tab1") }),
      shape.map((one) => stringify(one)),
    );
    fc.assert(
      fc.property(text, (yaml) => {
        writeFileSync(join(folder, "sync.config.yaml"), yaml);
        try {
          readSettings(right, folder);
        } catch (error) {
          expect(error).toBeInstanceOf(SettingsError);
        }
      }),
      times(500),
    );
  });
});
