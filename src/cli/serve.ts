/** `serve`: the dashboard, wired to the services and the settings. */
import { readSettings, type Settings, settingsInForce } from "../config/settings.ts";
import { SECRET_HEADER } from "../copper/webhook.ts";
import type { House } from "../dashboard/house.ts";
import { type Listening, serveDashboard } from "../dashboard/serve.ts";
import { type Language, texts } from "../i18n/texts.ts";
import type { Hints, Store } from "../plan/ports.ts";
import { htmlReport } from "../report/html.ts";
import { textReport } from "../report/text.ts";
import { isDue } from "../schedule/due.ts";
import { hastener } from "../schedule/hasten.ts";
import { decideAll, locked, restoreAll } from "./decisions.ts";
import { examine } from "./doctor.ts";
import { EXIT, UsageWrong } from "./exit.ts";
import { explain } from "./failures.ts";
import { knowsSecret, newsIn } from "./hooks.ts";
import { notify } from "./notifying.ts";
import { runTelling } from "./sync-commands.ts";
import { interrupted, type Terminal } from "./terminal.ts";
import { open, type Wired, wire } from "./wire.ts";

/** Between two looks whether a run is due, ms; a machine that slept catches up at the first one. */
const LOOK = 15_000;
/** Between two looks whether a notification is to be followed, ms. */
const BEAT = 500;

/** The command: until Ctrl-C. Throws UsageWrong where nothing can listen there. */
export async function serve(terminal: Terminal): Promise<number> {
  const settings = readSettings(process.env, process.cwd());
  const listening = await openDashboard(settings, terminal);
  terminal.print(`${terminal.t("serve.ready", { link: listening.link })}\n`);
  const wait = Math.random();
  const ticking = setInterval(async () => {
    const [last] = await listening.store.runs(1);
    const began = last === undefined ? undefined : Date.parse(last.startedAt);
    if (isDue(began, Date.now(), settings.interval, wait)) listening.sync();
  }, LOOK);
  await interrupted();
  clearInterval(ticking);
  await listening.close();
  return EXIT.ok;
}

/** The dashboard of one connection, listening. @param environment shown as where settings come from */
export async function openDashboard(
  settings: Settings,
  terminal: Terminal,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Listening & { readonly store: Store }> {
  const wired = await wire(settings, new AbortController().signal);
  const { host, port, token } = settings.dashboard;
  try {
    const { name } = await wired.mailchimp.audience();
    const gathering = hastener();
    const house = houseOf(settings, wired, name || settings.mailchimp.listId, terminal.language, environment, (hints) =>
      gathering.add(hints, Date.now()),
    );
    const listening = await serveDashboard(house, host, port, token);
    const hastening = setInterval(() => {
      const due = gathering.take(Date.now());
      // While something is going on it stays for the next time
      if (due !== undefined && !listening.sync(due)) gathering.add(due, Date.now());
    }, BEAT);
    return {
      ...listening,
      store: wired.store,
      async close() {
        clearInterval(hastening);
        await listening.close();
        await wired.store.close();
      },
    };
  } catch (error) {
    await wired.store.close();
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EADDRINUSE" || code === "EACCES" || code === "EADDRNOTAVAIL")
      throw new UsageWrong(terminal.t("serve.port", { host, port: String(port), detail: code }));
    throw error;
  }
}

function houseOf(
  settings: Settings,
  wired: Wired,
  audience: string,
  language: Language,
  environment: NodeJS.ProcessEnv,
  hasten: (hints: Hints) => void,
): House {
  /** Clients of its own for each piece of work: each can be stopped by itself. */
  async function within<T>(stop: AbortSignal, work: (own: Wired) => Promise<T>): Promise<T> {
    const own = await wire(settings, stop);
    return work(own).finally(() => own.store.close());
  }
  return {
    store: wired.store,
    language,
    audience,
    interval: settings.interval,
    settings: settingsInForce(environment, process.cwd()),
    now: Date.now,
    log: wired.log,
    hooks: {
      header: SECRET_HEADER,
      knows: (secret) => knowsSecret(wired.store, secret),
      async receive(side, body) {
        const news = await newsIn(wired.store, side, body, settings.mailchimp.listId);
        if (news !== undefined && news.personIds.length + news.emails.length > 0) hasten(news);
        return news !== undefined;
      },
    },
    async run({ plan, ...flags }, stop, tell) {
      return within(stop, async (own) => {
        const { document } = await runTelling(own, flags, plan, stop, tell);
        if (!plan) await notify(own, language, document);
        return document;
      });
    },
    decide: (ids, decision, forget, stop, tell) =>
      within(stop, (own) => locked(own, () => decideAll(own, ids, decision, forget, stop, tell))),
    restore: (ids, stop, tell) => within(stop, (own) => locked(own, () => restoreAll(own, ids, stop, tell))),
    async examine(reader) {
      const opened = await open(settings, new AbortController().signal);
      return examine(settings, opened, texts(reader)).finally(() => opened.database.destroy());
    },
    report: (document, reader) => ({
      text: textReport(document, texts(reader)),
      html: htmlReport(document, reader),
    }),
    explain: (error, reader) => wired.clean(explain(error, texts(reader)).text),
  };
}
