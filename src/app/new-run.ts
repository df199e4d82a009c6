/** What every run has, whatever is done in it: a name, and texts in each language. */
import { randomUUID } from "node:crypto";
import { LANGUAGES, texts } from "../i18n/texts.ts";
import type { RunDocument } from "../plan/run-document.ts";
import { textReport } from "../report/text.ts";

/** Returns a name that no other run has: when it began, and four letters of chance. @param now milliseconds since 1970 */
export function runName(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, "")}-${randomUUID().slice(0, 4)}`;
}

/** Returns the report of a run in every language. */
export function reportsOf(document: RunDocument): Record<string, string> {
  return Object.fromEntries(LANGUAGES.map((language) => [language, textReport(document, texts(language))]));
}
