/** The report of a run as a standalone HTML page: one file that loads nothing, with all text escaped. */
import { type Language, texts } from "../i18n/texts.ts";
import type { RunDocument } from "../plan/run-document.ts";
import { textReport } from "./text.ts";

/**
 * Returns the page.
 * @param document the run
 * @param language the language of the page
 */
export function htmlReport(document: RunDocument, language: Language): string {
  const t = texts(language);
  const title = t("report.title", { run: document.run, outcome: t(`outcome.${document.outcome}`) });
  // The title is a heading of its own
  const [, ...lines] = textReport(document, t).split("\n");
  const body = lines
    .map((line) => (line.startsWith("  ") ? `<p class="in">${escaped(line.trim())}</p>` : `<p>${escaped(line)}</p>`))
    .join("\n");
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui;max-width:52rem;margin:2rem auto;padding:0 1rem}p{margin:.2rem 0}.in{padding-left:1.5rem;opacity:.85;overflow-wrap:anywhere}</style>
</head><body><h1>${escaped(title)}</h1>
${body}
</body></html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
