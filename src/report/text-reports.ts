/** The text report of a run in every language, as it is stored with the run. */
import { LANGUAGES, texts } from "../i18n/texts.ts";
import type { RunDocument } from "../plan/run-document.ts";
import { textReport } from "./text.ts";

/** Returns the reports by language. */
export function textReports(document: RunDocument): Record<string, string> {
  return Object.fromEntries(LANGUAGES.map((language) => [language, textReport(document, texts(language))]));
}
