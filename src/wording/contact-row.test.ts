import { expect, test } from "vitest";
import { texts } from "../i18n/texts.ts";
import { REASONS } from "../plan/standings.ts";
import { csvRow } from "./contact-row.ts";
import { standingWords } from "./standing.ts";

const standing = { personId: 1, reason: "no-email", since: null } as const;
const named = (name: string) =>
  csvRow(
    { standing, person: { id: 1, name, emails: [], fields: {}, tags: [], createdAt: 0, modifiedAt: 0 } },
    texts("en"),
    "en",
    null,
  );

test.each(["=cmd()", "+1", "-1", "@SUM(A1)", " =1", "\t=1"])("no cell is a formula, whoever typed it: %j", (name) => {
  expect(named(name)).toContain(`,"'${name}",`);
});
test("quotes and separators stay within their cell, and other names are as they were typed", () => {
  expect(named('A "B", C; D')).toContain(',"A ""B"", C; D",');
});
test.each(["en", "fr"] as const)("R2: what a page exports names no command: %s", (language) => {
  for (const reason of REASONS) {
    const line = csvRow({ standing: { ...standing, reason } }, texts(language), language, null, "page");
    expect(line).not.toMatch(/ --|[A-Z]{2,}_[A-Z]/);
  }
});
test.each(["en", "fr"] as const)(
  "R2: each reason has two sentences of its own, and no blank is left in them: %s",
  (language) => {
    const t = texts(language);
    const told = REASONS.map((reason) =>
      standingWords({ reason, detail: { fields: ["phone"], address: "a@b.fr" } }, t),
    );
    expect(new Set(told.map((one) => one.message)).size).toBe(REASONS.length);
    for (const { message, helps } of told) {
      for (const text of [message, helps]) {
        expect(text).toMatch(/\S/);
        expect(text).not.toMatch(/[{}]|undefined/);
        // French spaces before marks are such as no line breaks at
        expect(text).not.toMatch(language === "fr" ? / [:;?!»]|« / : /\bhe\b|\bhis\b|\bhim\b/i);
      }
    }
    // A page names what can be pressed there; commands, flags and names of settings are for the terminal
    for (const reason of REASONS) {
      const { message, helps } = standingWords({ reason }, t, null, "page");
      expect(`${message} ${helps}`).not.toMatch(/--|[A-Z]+_[A-Z]|ONLY|[«“]\s?(plan|sync|doctor|deletions)\b/);
    }
    expect(standingWords({ reason: "set-aside" }, t).helps).toContain("sync --retry-rejected");
    expect(standingWords({ reason: "set-aside" }, t, null, "page").helps).toContain(t("contacts.retry"));
    const url = "https://exemple.fr/join";
    expect(standingWords({ reason: "forgotten" }, t, url).helps).toContain(url);
  },
);
