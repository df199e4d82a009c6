/** A connection of the files that `serve` shows: opened as far as it can be, and tried again where it cannot. */

import { examine } from "../app/doctor.ts";
import { explain } from "../app/error-messages.ts";
import { notify } from "../app/notify.ts";
import { perform } from "../app/perform.ts";
import { newsIn } from "../app/webhooks.ts";
import type { Wired } from "../app/wired.ts";
import { redactor } from "../config/log.ts";
import { SETTINGS, type Settings, settingsInForce } from "../config/settings.ts";
import { type Language, texts } from "../i18n/texts.ts";
import { notifyOfService } from "../main/notify-of-service.ts";
import { open, wire } from "../main/wire.ts";
import { type CommandProgress, isWritingRun } from "../ports/command.ts";
import { htmlReport } from "../report/html.ts";
import { textReport } from "../report/text.ts";
import { type Debouncer, debouncer } from "../schedule/debounce.ts";
import { DatabaseError } from "../store/database-error.ts";
import { memoryStore } from "../store/memory.ts";
import { RunInProgress } from "../sync/run.ts";
import type { DashboardBackend } from "../web/backend.ts";
import { elsewhereOf } from "./elsewhere.ts";
import { fileEditor } from "./settings-editor.ts";

/** Waits between two tries to open what cannot be opened, ms: growing. */
const FIRST_AGAIN = 5_000;
const LONGEST_AGAIN = 300_000;

/** A connection whose settings are wrong: it is shown with what is wrong with them. */
export interface Unread {
  readonly connection: string;
  readonly error: unknown;
}

/** One connection as it is shown. */
export interface HostedConnection {
  readonly gathering: Debouncer;
  /** 0 to 1: by how much its runs are put off, so that not all begin at once. */
  readonly wait: number;
  /** Another object once it could be opened better. */
  backend(): DashboardBackend;
  /** What it is wired to; `undefined` while not even its account is known. */
  wired(): Wired | undefined;
  /** Opens it, waiting so long (ms) at most. Throws DatabaseError. */
  begin(patience: number): Promise<void>;
  /** Tries again what could not be opened, where that is due. @param now ms */
  retry(now: number): Promise<void>;
  close(): Promise<void>;
}

/** One after another for each account: its limits hold over all its audiences. */
type InTurn = <T>(account: string, work: () => Promise<T>) => Promise<T>;

/** Makes a queue by account. */
export function serialByAccount(): InTurn {
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

/**
 * Hosts a connection. Its pages are there at once: with what is stored where the account was known before, else empty,
 * with what is wrong and what helps.
 * @param environment shown as where settings come from
 * @param reread reads the settings anew: what is wrong may have been corrected there meanwhile
 */
export function hostedOf(
  first: Settings | Unread,
  language: Language,
  environment: NodeJS.ProcessEnv,
  inTurn: InTurn,
  say: (line: string) => void,
  reread: () => Settings,
): HostedConnection {
  let settings = "error" in first ? undefined : first;
  const name = first.connection;
  const never = new AbortController();
  const gathering = debouncer();
  const nothing = memoryStore(Date.now);
  let wired: Wired | undefined;
  /** The audience's name, once it has answered. */
  let audience: string | undefined;
  let trouble: unknown = "error" in first ? first.error : undefined;
  let tries = 0;
  let due = 0;
  let trying: Promise<void> | undefined;
  const changing = fileEditor(
    name,
    environment,
    () => wired?.store ?? nothing,
    async () => {
      await corrected();
      await tryNow();
    },
  );
  let backend = backendNow();

  async function attempt(): Promise<void> {
    try {
      if (trouble !== undefined) await corrected();
      // Clients of its own for each try: they keep what they were told
      const fresh = await wire(known(), never.signal, undefined, undefined, { remembered: true });
      const shown = wired;
      wired ??= fresh;
      const there = await fresh.mailchimp.audience().finally(() => shown && fresh.store.close());
      audience = there.name || there.id;
      if (trouble !== undefined) say(named(texts(language)("serve.opened")));
      trouble = undefined;
      tries = 0;
    } catch (error) {
      if (never.signal.aborted) return;
      tries += 1;
      due = Date.now() + Math.min(LONGEST_AGAIN, FIRST_AGAIN * 2 ** (tries - 1));
      const text = clean(explain(error, texts(language)).text);
      // Once for each kind of trouble: it is on the page all the while
      if (trouble === undefined || explain(trouble, texts(language)).text !== text) say(named(text));
      trouble = error;
      if (tries === 1 && error instanceof DatabaseError && wired === undefined) throw error;
    } finally {
      backend = backendNow();
    }
  }
  /** The settings that there are. Throws what is wrong with them. */
  function known(): Settings {
    if (settings === undefined) throw trouble;
    return settings;
  }
  /** Takes settings that were changed since; another account is another store. */
  async function corrected(): Promise<void> {
    const now = reread();
    if (JSON.stringify(now) === JSON.stringify(settings)) return;
    settings = now;
    const before = wired;
    wired = undefined;
    audience = undefined;
    await before?.store.close();
  }
  /** One try at a time. */
  function tryNow(): Promise<void> {
    trying ??= attempt().finally(() => {
      trying = undefined;
    });
    return trying;
  }
  const named = (text: string) => (name === "default" ? text : `${name}: ${text}`);
  const clean = (text: string) => redactor(settings ? [settings.copper.key, settings.mailchimp.key] : [])(text);

  /** Works with clients of its own: each piece of work can be stopped by itself. */
  function within<T>(
    stop: AbortSignal,
    work: (own: Wired) => Promise<T>,
    waits?: CommandProgress["waits"],
  ): Promise<T> {
    const account = settings === undefined ? name : `${settings.copper.url} ${settings.copper.key}`;
    return inTurn(account, async () => {
      const own = await wire(known(), stop, undefined, undefined, waits ? { waits } : {});
      const done = await work(own).finally(() => own.store.close());
      // It works again: what was wrong is over
      if (trouble !== undefined) due = 0;
      return done;
    });
  }
  function backendNow(): DashboardBackend {
    const store = wired?.store ?? nothing;
    const log = (line: string) => (wired?.log ?? say)(line);
    return {
      id: name,
      name,
      store,
      language,
      audience: audience ?? settings?.mailchimp.listId ?? name,
      archiveTag: settings?.policy.tagNames.archive ?? SETTINGS.ARCHIVE_TAG,
      ...(wired && settings && { elsewhere: elsewhereOf(settings, wired.connection) }),
      interval: settings?.interval ?? Number(SETTINGS.SYNC_INTERVAL),
      settings: settingsInForce(environment, process.cwd()),
      now: Date.now,
      log,
      hooks: {
        async receive(side, body) {
          const news = await newsIn(store, side, body, known().mailchimp.listId);
          if (news !== undefined && news.personIds.length + news.emails.length > 0) gathering.add(news, Date.now());
          return news !== undefined;
        },
      },
      async perform(command, signal, progress) {
        const writes = isWritingRun(command);
        const work = async (own: Wired) => {
          const document = (await perform(own, command, signal, progress))?.document;
          if (writes && document !== undefined) await notify(own, language, document);
          return document;
        };
        return within(signal, work, progress.waits).catch(async (error: unknown) => {
          // Another program holds the connection: the contacts are looked at once it is free
          if (error instanceof RunInProgress && command.do === "sync" && command.hints)
            gathering.add(command.hints, Date.now());
          if (writes && settings) await notifyOfService(settings, language, error).catch(() => undefined);
          throw error;
        });
      },
      async examine(reader) {
        const opened = await open(known(), never.signal);
        return examine(known(), opened, texts(reader)).finally(() => opened.database.destroy());
      },
      report: (document, reader) => ({
        text: textReport(document, texts(reader)),
        html: htmlReport(document, reader),
      }),
      ...(settings && { changing }),
      explain: (error, reader) => clean(explain(error, texts(reader)).text),
      standing: () => ({
        paused: false,
        trouble: trouble === undefined ? null : explain(trouble, texts(language)).code,
        ...(trouble !== undefined && {
          again: due,
          helps: (reader: Language) => clean(explain(trouble, texts(reader)).text),
        }),
      }),
    };
  }
  return {
    gathering,
    wait: Math.random(),
    backend: () => backend,
    wired: () => wired,
    async begin(patience) {
      let timer: NodeJS.Timeout | undefined;
      const enough = new Promise<void>((done) => {
        timer = setTimeout(done, patience);
      });
      await Promise.race([tryNow(), enough]).finally(() => clearTimeout(timer));
    },
    async retry(now) {
      if (trouble === undefined || now < due) return;
      await tryNow();
    },
    async close() {
      never.abort();
      await trying?.catch(() => undefined);
      await wired?.store.close();
    },
  };
}
