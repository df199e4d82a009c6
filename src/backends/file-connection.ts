/** A connection of the files in `serve`: opened as far as possible, with retries for what cannot be opened. */

import { examine } from "../app/doctor.ts";
import { explain } from "../app/error-messages.ts";
import { notify } from "../app/notify.ts";
import { perform } from "../app/perform-command.ts";
import { receiveNotification } from "../app/receive-notification.ts";
import type { Wired } from "../app/wired.ts";
import { redactor } from "../config/log.ts";
import { SETTINGS } from "../config/setting-sources.ts";
import { type Settings, settingsInForce } from "../config/settings.ts";
import { type Language, texts } from "../i18n/texts.ts";
import { readNotification } from "../main/adapters.ts";
import { notifyOfService } from "../main/alert-service-failure.ts";
import { open, wire } from "../main/wire.ts";
import { type CommandProgress, isWritingRun } from "../ports/command.ts";
import { htmlReport } from "../report/html.ts";
import { textReport } from "../report/text.ts";
import { type Debouncer, debouncer } from "../schedule/debounce.ts";
import { DatabaseError } from "../store/database-error.ts";
import { memoryStore } from "../store/memory.ts";
import { RunInProgress } from "../sync/run.ts";
import type { DashboardBackend } from "../web/backend.ts";
import { elsewhereOf } from "./service-pages.ts";
import { fileEditor } from "./settings-editors.ts";

/** The first and the longest wait between two tries to open it (ms); the wait doubles. */
const FIRST_AGAIN = 5_000;
const LONGEST_AGAIN = 300_000;

/** A connection with invalid settings. It is shown with the error. */
export interface Unread {
  readonly connection: string;
  readonly error: unknown;
}

/** One connection of the dashboard. */
export interface HostedConnection {
  /** Collects the contacts of webhook notifications for the next run. */
  readonly gathering: Debouncer;
  /** A random delay of its runs (0 to 1), so that not all connections start at once. */
  readonly wait: number;
  /** Returns its backend. Becomes another object after each try to open it. */
  backend(): DashboardBackend;
  /** Returns its services and store; `undefined` while its account is unknown. */
  wired(): Wired | undefined;
  /**
   * Opens it. Returns after `patience` (ms) at the latest, while the try continues in the background.
   * @throws DatabaseError at the first try
   */
  begin(patience: number): Promise<void>;
  /** Tries again if the last try failed and its wait is over. @param now ms since 1970 */
  retry(now: number): Promise<void>;
  /** Ends the current try and closes the store. */
  close(): Promise<void>;
}

/** Runs work serially for each account, since its rate limits are shared by all its audiences. */
type InTurn = <T>(account: string, work: () => Promise<T>) => Promise<T>;

/** Creates a queue for each account. An error in one task does not stop the next. */
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
 * Creates the hosting of a connection. Its pages work at once: with the stored data if the account was known before,
 * otherwise empty, with the problem and what helps.
 * @param environment is shown as the source of settings
 * @param inTurn runs work serially for each account
 * @param say writes a line to standard error
 * @param reread reads the settings again, since an error in them may have been fixed
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
  /** The audience's name, once Mailchimp has responded. */
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
      // A try in progress has the former settings, and its result no longer counts
      trying = undefined;
      await tryNow();
    },
  );
  let backend = backendNow();

  async function attempt(): Promise<void> {
    let now = settings;
    try {
      // Read the settings again only after an error, since they may have been corrected
      if (trouble !== undefined) await corrected();
      now = settings;
      // Create new clients for each try: they cache responses
      const fresh = await wire(known(), never.signal, undefined, undefined, { remembered: true });
      if (now !== settings) return await fresh.store.close();
      const shown = wired;
      // Keep the store that the pages already use
      wired ??= fresh;
      const there = await fresh.mailchimp.audience().finally(() => shown && fresh.store.close());
      if (now !== settings) return;
      audience = there.name || there.id;
      if (trouble !== undefined) say(named(texts(language)("serve.opened")));
      trouble = undefined;
      tries = 0;
    } catch (error) {
      if (never.signal.aborted || now !== settings) return;
      tries += 1;
      due = Date.now() + Math.min(LONGEST_AGAIN, FIRST_AGAIN * 2 ** (tries - 1));
      const text = clean(explain(error, texts(language)).text);
      // Log each kind of problem once; the page shows it all the time
      if (trouble === undefined || explain(trouble, texts(language)).text !== text) say(named(text));
      trouble = error;
      // Without a database there is nothing to show, so the start fails
      if (tries === 1 && error instanceof DatabaseError && wired === undefined) throw error;
    } finally {
      backend = backendNow();
    }
  }
  /** Returns the settings. @throws the error of reading them */
  function known(): Settings {
    if (settings === undefined) throw trouble;
    return settings;
  }
  /** Applies changed settings. Drops the store, since the account may be another. */
  async function corrected(): Promise<void> {
    const now = reread();
    if (JSON.stringify(now) === JSON.stringify(settings)) return;
    settings = now;
    const before = wired;
    wired = undefined;
    audience = undefined;
    await before?.store.close();
  }
  /** Starts a try, or joins the one in progress. */
  function tryNow(): Promise<void> {
    if (trying !== undefined) return trying;
    const mine = attempt().finally(() => {
      if (trying === mine) trying = undefined;
    });
    trying = mine;
    return mine;
  }
  const named = (text: string) => (name === "default" ? text : `${name}: ${text}`);
  const clean = (text: string) => redactor(settings ? [settings.copper.key, settings.mailchimp.key] : [])(text);

  /** Performs work with its own clients, so that each job can be stopped separately. */
  function within<T>(
    stop: AbortSignal,
    work: (own: Wired) => Promise<T>,
    waits?: CommandProgress["waits"],
  ): Promise<T> {
    // The key stands for the account, which may not be known yet
    const account = settings === undefined ? name : `${settings.copper.url} ${settings.copper.key}`;
    return inTurn(account, async () => {
      const own = await wire(known(), stop, undefined, undefined, waits ? { waits } : {});
      const done = await work(own).finally(() => own.store.close());
      // The connection works, so check the failed opening again at once
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
      settings: settingsInForce(environment, process.cwd(), name === "default" ? "" : name),
      now: Date.now,
      log,
      hooks: {
        receive: async (side, body) =>
          receiveNotification(readNotification(side, body, known().mailchimp.listId), store, gathering),
      },
      async perform(command, signal, progress) {
        const writes = isWritingRun(command);
        const work = async (own: Wired) => {
          const document = (await perform(own, command, signal, progress))?.document;
          if (writes && document !== undefined) await notify(own, language, document);
          return document;
        };
        return within(signal, work, progress.waits).catch(async (error: unknown) => {
          // Another process holds the lease: keep the notified contacts for a later run
          if (error instanceof RunInProgress && command.do === "sync" && command.hints)
            gathering.add(command.hints, Date.now());
          // The run did not start, so no report mentions the failure
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
