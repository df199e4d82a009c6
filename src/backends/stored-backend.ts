/** The backend of one connection of the database. Its commands go into the queue, where any worker can take them. */
import { examine } from "../app/doctor.ts";
import { explain } from "../app/error-messages.ts";
import { receiveNotification } from "../app/receive-notification.ts";
import { openSettingOf, settingsOfStored, vaultHere } from "../app/stored-connections.ts";
import { cleanHere } from "../config/mask-own-secrets.ts";
import { partsOfScope } from "../domain/scope.ts";
import { type Language, texts } from "../i18n/texts.ts";
import { readNotification } from "../main/adapters.ts";
import type { Installation } from "../main/installation.ts";
import { open } from "../main/wire.ts";
import type { AuditEntry } from "../ports/audit-log.ts";
import type { Command } from "../ports/command.ts";
import type { StoredConnection } from "../ports/connection-repository.ts";
import type { Queue } from "../queue/queue.ts";
import { htmlReport } from "../report/html.ts";
import { textReport } from "../report/text.ts";
import type { Debouncer } from "../schedule/debounce.ts";
import { databaseError } from "../store/database-error.ts";
import type { DashboardBackend } from "../web/backend.ts";
import { CLOSING } from "../web/job-runner.ts";
import type { SettingShown } from "../web/views/settings.tsx";
import type { CommandResult } from "../worker/jobs.ts";
import { targetOf } from "../worker/worker.ts";
import { elsewhereOfStored } from "./service-pages.ts";
import { storedEditor } from "./settings-editors.ts";

/** How often to check the state of a command (ms). */
const LOOK = 400;
/** A command failed; the message is a text for the reader. */
class CommandFailed extends Error {}

/**
 * Creates the backend of one connection.
 * @param stored the connection when the backend is created
 * @param current returns the connection as last read; its id, account and audience stay the same
 * @param say writes a line to the log of the process
 */
export function storedBackend(
  stored: StoredConnection,
  current: () => StoredConnection,
  { connections, audit, database, storeOf }: Installation,
  queue: Queue,
  language: Language,
  gathering: Debouncer,
  say: (line: string) => void,
): DashboardBackend {
  const { id, name, scope, audience, interval } = stored;
  const store = storeOf(scope);
  const log = (line: string) => say(`${name}: ${line}`);

  /** Puts a command into the queue and waits for its result. The command is performed even if the visitor leaves. */
  async function queued(what: Command, stop: AbortSignal): Promise<CommandResult> {
    const asked = await queue.enqueue(targetOf(stored), what).catch((error: unknown) => {
      // The queue has connections of its own to the database
      throw databaseError("lost", error);
    });
    for (;;) {
      await new Promise((done) => setTimeout(done, LOOK));
      // An unreachable queue still has the command
      const job = await queue.state(asked).catch(() => "away" as const);
      if (job === "away" && !stop.aborted) continue;
      if (job === "away") return {};
      if (job === undefined || job.state === "ended") {
        const output = (job?.output ?? {}) as CommandResult;
        if (output.error !== undefined) throw new CommandFailed(output.error);
        return output;
      }
      if (!stop.aborted) continue;
      // A server that ends leaves to the worker what has begun
      if (job.state === "waiting" || stop.reason !== CLOSING) await queue.cancel(asked);
      return {};
    }
  }
  return {
    id,
    name,
    store,
    language,
    audience,
    archiveTag: openSettingOf(stored, "ARCHIVE_TAG"),
    elsewhere: elsewhereOfStored(stored),
    interval,
    settings: shownOf(stored),
    now: Date.now,
    log,
    hooks: {
      receive: (side, body) =>
        receiveNotification(readNotification(side, body, partsOfScope(scope).audienceId), store, gathering),
    },
    async perform(command, signal, progress) {
      const { run, decided } = await queued(command, signal);
      for (const one of decided ?? []) progress.decided(one);
      if (run === undefined && !signal.aborted && command.do !== "decide" && command.do !== "restore")
        throw new CommandFailed(texts(language)("connections.noAnswer"));
      return run;
    },
    async examine(reader) {
      // Do not show the database's address to clients
      const settings = { ...settingsOfStored(current(), vaultHere()), database: "PostgreSQL" };
      return examine(settings, await open(settings, new AbortController().signal, undefined, database), texts(reader));
    },
    report: (document, reader) => ({
      text: textReport(document, texts(reader)),
      html: htmlReport(document, reader),
    }),
    explain: (error, reader) => explained(error, reader).text,
    standing() {
      const { state, trouble, due } = current();
      return { paused: state === "paused", trouble, due };
    },
    changing: storedEditor(current, store, async (before, parts, change) => {
      await connections.change(before, parts);
      const detail = [...Object.keys(change.settings), ...(change.filter === undefined ? [] : ["filter"])].join(" ");
      await audit.append(entryOf(name, "operator", "set", detail));
    }),
    noted(who, what) {
      const code = what.do === "decide" ? (what.forget ? "forget" : what.decision) : what.do;
      const detail = "ids" in what ? String(what.ids.length) : "run" in what ? what.run : "";
      audit.append(entryOf(name, who, code, detail)).catch((error: unknown) => log(`audit: ${String(error)}`));
    },
  };
}

/** Returns an entry of the audit log, of now. */
export function entryOf(connection: string, who: "operator" | "client", what: string, detail = ""): AuditEntry {
  return { at: new Date().toISOString(), who, connection, what, detail };
}

/** Codes of errors whose text names what is none of a visitor's business: addresses and files of this machine. */
const OWN_BUSINESS: readonly string[] = ["internal", "logs", "key", "disk-full"];

/** Returns an error as a text for visitors, and whether it ends by itself. */
export function explained(error: unknown, reader: Language): { readonly text: string; readonly passing: boolean } {
  const t = texts(reader);
  // The worker has removed the secrets
  if (error instanceof CommandFailed) return { text: error.message, passing: false };
  const { code, text } = explain(error, t);
  if (code === "database") return { text: t("wrong.database"), passing: true };
  return { text: OWN_BUSINESS.includes(code) ? t("wrong.500") : cleanHere()(text), passing: false };
}

/** Returns the connection's own settings; sealed ones are not included. */
function shownOf({ own }: StoredConnection): SettingShown[] {
  const { settings = {} } = own as { settings?: Record<string, string> };
  return Object.entries(settings).map(([name, value]) => ({ name, value, from: "connection" }));
}
