/** What every kind of run needs: an id, and a report in each language. */
import { randomUUID } from "node:crypto";
import { LANGUAGES, texts } from "../i18n/texts.ts";
import type { RunDocument } from "../plan/run-document.ts";
import { textReport } from "../report/text.ts";

/**
 * Returns a unique run id: the start time and four random characters.
 * @param now ms since 1970
 */
export function runName(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, "")}-${randomUUID().slice(0, 4)}`;
}

/** Returns a run's report in every language, by language. */
export function reportsOf(document: RunDocument): Record<string, string> {
  return Object.fromEntries(LANGUAGES.map((language) => [language, textReport(document, texts(language))]));
}
