/** `status`: prints a summary of the connection in five lines. */

import { EXIT } from "../app/exit-codes.ts";
import { withWired } from "../main/with-wired.ts";
import { isSetAside } from "../plan/outcomes.ts";
import type { Terminal } from "../terminal/terminal.ts";

/**
 * The command.
 * @returns 0 if the last run ended well or there was none, else 1
 */
export function status(flags: { json?: boolean }, terminal: Terminal): Promise<number> {
  const { t } = terminal;
  return withWired(async ({ store }) => {
    const [[last], holdings, waiting] = await Promise.all([store.runs(1, 0, true), store.holdings(), store.waiting()]);
    const marked = waiting.reviews.filter((one) => !one.ignored).length;
    const aside = waiting.troubles.filter(isSetAside).length;
    const well = last?.outcome === "ok";
    if (flags.json)
      terminal.json({
        schema: 1,
        well,
        last: last ?? null,
        holdings,
        waiting: { marked, rejected: waiting.rejections.length, aside },
      });
    else
      terminal.print(
        [
          last === undefined
            ? t("overview.never")
            : `${t("overview.last")} ${terminal.when(last.finishedAt)} — ${t(`outcome.${last.outcome}`)}`,
          t("status.linked", { count: holdings.links, people: holdings.persons, members: holdings.members }),
          t("status.marked", { count: marked }),
          t("report.rejectedTotal", { count: waiting.rejections.length }),
          t("status.aside", { count: aside }),
          "",
        ].join("\n"),
      );
    return well || last === undefined ? EXIT.ok : EXIT.partial;
  });
}
