/** `webhooks install|status|remove`: manages the webhook subscriptions in both services. */
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { installed, removed, targetsOf } from "../app/webhooks.ts";
import type { Wired } from "../app/wired.ts";
import type { Texts } from "../i18n/texts.ts";
import { withWired } from "../main/with-wired.ts";
import type { Terminal } from "../terminal/terminal.ts";

/**
 * Returns the URL without trailing slashes.
 * @throws UsageError if the services could not send notifications to it
 */
function checkedUrl(given: string, t: Texts): string {
  const url = given.trim().replace(/\/+$/, "");
  // Allow plain HTTP only on this machine: the URL contains the secret
  const local = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(url);
  if (!URL.canParse(url) || !(local || url.startsWith("https://"))) throw new UsageError(t("webhooks.needUrl"));
  const { username, password } = new URL(url);
  if (/[?#]/.test(url) || username !== "" || password !== "") throw new UsageError(t("webhooks.plainUrl"));
  return url;
}

/**
 * The command.
 * @throws UsageError, ServiceError
 */
export function webhooksCommand(
  step: "install" | "status" | "remove",
  flags: { url?: string; json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const { t } = terminal;
  const url = step === "install" ? checkedUrl(flags.url ?? "", t) : "";
  return withWired(async (wired) => {
    if (step === "status") return shown(wired, flags.json ?? false, terminal);
    const { wrong, kept } = step === "install" ? await installed(wired, url) : await removed(wired);
    for (const line of wrong) process.stderr.write(`${wired.clean(line)}\n`);
    if (wrong.length > 0) {
      terminal.print(
        `${t(step === "remove" ? "webhooks.notRemoved" : kept ? "webhooks.asBefore" : "webhooks.partly")}\n`,
      );
      return EXIT.partial;
    }
    terminal.print(`${t(step === "remove" ? "webhooks.removed" : "webhooks.installed", { url })}\n`);
    return EXIT.ok;
  });
}

async function shown({ store, hooks }: Wired, json: boolean, terminal: Terminal): Promise<number> {
  const known = (await store.fact("hooks")) ?? undefined;
  const there = known ? await hooks.there(targetsOf(known)) : { copper: 0, mailchimp: 0 };
  const left = ((await store.fact("hooks left")) ?? []).length;
  if (json)
    terminal.json({
      schema: 1,
      url: known?.url ?? null,
      copper: { subscribed: there.copper, of: 3 },
      mailchimp: { subscribed: there.mailchimp, of: 1 },
      left,
    });
  else {
    terminal.print(
      `${known ? terminal.t("webhooks.status", { url: known.url, ...there }) : terminal.t("webhooks.none")}\n`,
    );
    if (left > 0) terminal.print(`${terminal.t("webhooks.left", { count: left })}\n`);
  }
  return EXIT.ok;
}
