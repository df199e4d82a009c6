/** Maps every error to an exit code and a text. All output goes through it, so each error has one text everywhere. */
import type { SettingFault } from "../config/env-file.ts";
import { LogFolderError } from "../config/log.ts";
import { SettingsError } from "../config/settings.ts";
import { errorText } from "../domain/error-text.ts";
import { UnknownFilterError } from "../domain/filter.ts";
import { ServiceError } from "../http/answer.ts";
import { type Texts, textOr } from "../i18n/texts.ts";
import { ConnectionTaken, LeaseLost } from "../ports/connection-repository.ts";
import { describe, serviceName } from "../services/services.ts";
import { DatabaseError } from "../store/database-error.ts";
import { Remapped } from "../sync/field-definitions.ts";
import { RunInProgress } from "../sync/run.ts";
import { VaultKeyError } from "../vault/vault.ts";
import { Cancelled, EXIT, UsageError } from "./exit-codes.ts";

/** System errors for a file that cannot grow: disk full, quota reached, or the file's own limit. */
const DISK_FULL: readonly unknown[] = ["ENOSPC", "EDQUOT", "EFBIG"];

/** Returns the text about an invalid setting: its place, what is wrong, and what to write. */
function faultText({ name, code, detail, line, meant = "" }: SettingFault, t: Texts): string {
  const where = code === "missing" ? textOr(`where.${name}`, "", t) : "";
  const at = line === undefined ? name : t("setting.atLine", { name, line: String(line) });
  const more = meant === "" || !(code in MEANT) ? "" : ` ${t(MEANT[code as keyof typeof MEANT], { meant })}`;
  return `${t(`setting.${code}`, { name: at, detail, where, meant })}${more}`;
}

/** Texts that suggest what was probably meant, by fault. */
const MEANT = { "unknown-key": "setting.didYouMean", "yaml-value": "setting.oneOf" } as const;

/**
 * Returns the exit code, a code for JSON output, and a text. The text may contain secrets: the caller must redact it.
 */
export function explain(error: unknown, t: Texts): { exit: number; code: string; text: string } {
  if (error instanceof SettingsError) {
    const faults = error.faults.map((fault) => `  ${faultText(fault, t)}`.trimEnd());
    return { exit: EXIT.wrong, code: "settings", text: [t("error.settings"), ...faults].join("\n") };
  }
  if (error instanceof UnknownFilterError)
    return { exit: EXIT.wrong, code: "settings", text: t("error.filter", { names: error.message }) };
  if (error instanceof Cancelled) return { exit: EXIT.interrupted, code: "interrupted", text: t("init.cancelled") };
  if (error instanceof UsageError) return { exit: EXIT.wrong, code: "usage", text: error.message };
  if (error instanceof DatabaseError && error.code === "lost")
    return { exit: EXIT.remote, code: "database", text: t("error.databaseLost", { detail: error.message }) };
  if (error instanceof DatabaseError)
    return {
      exit: EXIT.wrong,
      code: "database",
      text: t(error.code === "newer" ? "error.newer" : "error.database", { detail: error.message }),
    };
  if (error instanceof LogFolderError)
    return { exit: EXIT.wrong, code: "logs", text: t("error.logs", { folder: error.folder, detail: error.message }) };
  if (error instanceof RunInProgress)
    return {
      exit: EXIT.inProgress,
      code: "in-progress",
      text: t("error.inProgress", { by: error.by, since: error.since }),
    };
  if (error instanceof ConnectionTaken)
    return { exit: EXIT.wrong, code: "usage", text: t(`connections.taken.${error.code}`, { name: error.message }) };
  if (error instanceof LeaseLost) return { exit: EXIT.inProgress, code: "lease-lost", text: t("error.leaseLost") };
  if (error instanceof VaultKeyError)
    return { exit: EXIT.wrong, code: "key", text: t(`error.key.${error.code}`, { detail: error.message }) };
  if (error instanceof ServiceError) {
    const service = serviceName(error.service);
    const settings = describe(error.service).access.join(", ");
    return {
      exit: EXIT.remote,
      code: error.code,
      text: t(`error.${error.code}`, {
        service,
        settings,
        audience: describe("mailchimp").audience,
        detail: error.message,
      }),
    };
  }
  if (error instanceof Remapped) return { exit: EXIT.remote, code: "fields", text: t("error.fields") };
  const detail = errorText(error);
  if (error instanceof Error && "code" in error && DISK_FULL.includes(error.code))
    return { exit: EXIT.remote, code: "disk-full", text: t("error.diskFull", { detail }) };
  return { exit: EXIT.remote, code: "internal", text: t("error.internal", { detail }) };
}
