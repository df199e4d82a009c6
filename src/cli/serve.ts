/** `serve`: the dashboard, wired to the services and the settings. */
import { readSettings, type Settings, settingOf, settingsInForce } from "../config/settings.ts";
import { connectionNames } from "../config/yaml.ts";
import { SECRET_HEADER } from "../copper/webhook.ts";
import type { House } from "../dashboard/house.ts";
import { type Listening, serveDashboard } from "../dashboard/serve.ts";
import { type Language, texts } from "../i18n/texts.ts";
import type { Store } from "../plan/ports.ts";
import type { Hints } from "../plan/sides.ts";
import { htmlReport } from "../report/html.ts";
import { textReport } from "../report/text.ts";
import { isDue } from "../schedule/due.ts";
import { hastener } from "../schedule/hasten.ts";
import { decideAll, locked, restoreAll } from "./decisions.ts";
import { examine } from "./doctor.ts";
import { EXIT } from "./exit.ts";
import { explain } from "./failures.ts";
import { knowsSecret, newsIn } from "./hooks.ts";
import { notify } from "./notifying.ts";
import { hasConnections, notListening, openMany } from "./serve-many.ts";
import { flagsOf, runTelling } from "./sync-commands.ts";
import { interrupted, type Terminal } from "./terminal.ts";
import { open, type Wired, wire } from "./wire.ts";

/** Between two looks whether a run is due, ms; a machine that slept catches up at the first one. */
const LOOK = 15_000;
/** Between two looks whether a notification is to be followed, ms. */
const BEAT = 500;

/** The command: until Ctrl-C, for every connection that `sync.config.yaml` names. Throws UsageWrong. */
export async function serve(terminal: Terminal): Promise<number> {
  const folder = process.cwd();
  const chosen = process.env.SYNC_CONNECTION;
  const url = settingOf("DATABASE_URL", process.env, folder);
  if (!chosen && (await hasConnections(url))) {
    const listening = await openMany(url, terminal);
    terminal.print(`${terminal.t("serve.ready", { link: listening.link })}\n`);
    await interrupted();
    await listening.close();
    return EXIT.ok;
  }
  const all = (chosen ? [chosen] : connectionNames(folder)).map((name) =>
    readSettings({ ...process.env, SYNC_CONNECTION: name }, folder),
  );
  const listening = await openDashboard(all, terminal);
  terminal.print(`${terminal.t("serve.ready", { link: listening.link })}\n`);
  const ticking = setInterval(() => void listening.look(), LOOK);
  await interrupted();
  clearInterval(ticking);
  await listening.close();
  return EXIT.ok;
}

interface Open extends Listening {
  /** Begins the runs that are due. */
  look(): Promise<void>;
  /** By the order of the settings. */
  readonly stores: readonly Store[];
}

/** The dashboard of one connection or several, listening. @param environment shown as where settings come from */
export async function openDashboard(
  all: readonly Settings[],
  terminal: Terminal,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Open> {
  const opened: Wired[] = [];
  const place = all[0]!.dashboard;
  try {
    const inTurn = turns();
    const hosted: { house: House; gathering: ReturnType<typeof hastener>; wait: number }[] = [];
    for (const settings of all) {
      const wired = await wire(settings, new AbortController().signal);
      opened.push(wired);
      const { name } = await wired.mailchimp.audience();
      const gathering = hastener();
      const hasten = (hints: Hints) => gathering.add(hints, Date.now());
      const audience = name || settings.mailchimp.listId;
      const house = houseOf(settings, wired, audience, terminal.language, environment, hasten, inTurn);
      // Not all at once
      hosted.push({ house, gathering, wait: Math.random() });
    }
    const listening = await serveDashboard(
      hosted.map((one) => one.house),
      place,
    );
    const hastening = setInterval(() => {
      for (const { house, gathering } of hosted) {
        const due = gathering.take(Date.now());
        // While something is going on it stays for the next time
        if (due !== undefined && !listening.sync(house, due)) gathering.add(due, Date.now());
      }
    }, BEAT);
    return {
      ...listening,
      stores: opened.map((one) => one.store),
      async look() {
        for (const { house, wait } of hosted) {
          const [last] = await house.store.runs(1);
          const began = last === undefined ? undefined : Date.parse(last.startedAt);
          if (isDue(began, Date.now(), house.interval, wait)) listening.sync(house);
        }
      },
      async close() {
        clearInterval(hastening);
        await listening.close();
        for (const { store } of opened) await store.close();
      },
    };
  } catch (error) {
    for (const { store } of opened) await store.close();
    throw notListening(error, place, terminal);
  }
}

/** One after another for each account: its limits hold over all its audiences. */
type InTurn = <T>(account: string, work: () => Promise<T>) => Promise<T>;
function turns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return (account, work) => {
    const mine = (last.get(account) ?? Promise.resolve()).then(work, work);
    last.set(
      account,
      mine.catch(() => undefined),
    );
    return mine;
  };
}

function houseOf(
  settings: Settings,
  wired: Wired,
  audience: string,
  language: Language,
  environment: NodeJS.ProcessEnv,
  hasten: (hints: Hints) => void,
  inTurn: InTurn,
): House {
  /** Clients of its own for each piece of work: each can be stopped by itself. */
  function within<T>(stop: AbortSignal, work: (own: Wired) => Promise<T>): Promise<T> {
    return inTurn(`${settings.copper.url} ${settings.copper.key}`, async () => {
      const own = await wire(settings, stop);
      return work(own).finally(() => own.store.close());
    });
  }
  return {
    name: settings.connection,
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
    async run(wish, stop, tell) {
      const { flags, planOnly } = flagsOf(wish);
      return within(stop, async (own) => {
        const { document } = await runTelling(own, flags, planOnly, stop, tell);
        if (!planOnly) await notify(own, language, document);
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
