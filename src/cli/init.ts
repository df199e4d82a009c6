/**
 * `init`: asks for missing settings, tries the keys at once, and writes `.env` (0600). Keys come from the environment,
 * an existing `.env` or the conversation, never from a flag, since all users can see the process list.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { confirm, intro, isCancel, log, multiselect, note, outro, password, select, text } from "@clack/prompts";
import { examine } from "../app/doctor.ts";
import { Cancelled, EXIT, UsageError } from "../app/exit-codes.ts";
import { writeEnv, writeYaml } from "../app/setup-files.ts";
import type { Opened } from "../app/wired.ts";
import { readSettings, type Settings } from "../config/settings.ts";
import { YAML_FILE } from "../config/yaml-faults.ts";
import { mapFields } from "../domain/fields.ts";
import { NEW_MEMBER_STATUSES } from "../domain/status.ts";
import type { Texts } from "../i18n/texts.ts";
import { type Shared, tryCopperKey, tryMailchimpKey } from "../main/try-keys.ts";
import { open } from "../main/wire.ts";
import type { Audience } from "../ports/sides.ts";
import { describe, type Service } from "../services/services.ts";
import { mappable } from "../setup/new-merge.ts";
import { type Terminal, yesOrNo } from "../terminal/terminal.ts";
import { probing } from "./doctor.ts";

/** Answers given as options. */
export interface InitFlags {
  readonly email?: string;
  readonly list?: string;
  readonly newMembers?: string;
  readonly only?: string;
  readonly interval?: string;
  readonly yes?: boolean;
}

/**
 * The command.
 * @param known the environment, with `.env` as fallback
 * @throws UsageError if an answer is missing and there is no terminal to ask on
 */
export async function init(
  flags: InitFlags,
  known: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<number> {
  const { t } = terminal;
  const path = join(process.cwd(), ".env");
  const there = existsSync(path);
  const asks = process.stdin.isTTY === true && process.stdout.isTTY === true;
  try {
    if (asks) intro(t("init.title"));
    if (there && !flags.yes) {
      if (!asks) throw new UsageError(t("init.exists"));
      if (!(await answered(confirm(yesOrNo(t("init.overwrite"), t))))) return EXIT.ok;
    }
    const values = await conversation(flags, known, asks, terminal);
    writeEnv(process.cwd(), values, t("setup.envAbout"));
    await showFindings(terminal, asks);
    if (asks) await probing(readSettings(process.env, process.cwd()), {}, terminal);
    if (asks) outro(t("init.next"));
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    outro(t("init.cancelled"));
    return EXIT.interrupted;
  }
}

/**
 * Asks for each setting, tries it, and asks again if it does not work.
 * @param known the settings that are already known, by name
 * @param asks whether there is a terminal to ask on
 * @param shared the rate limits of accounts that other processes use, too
 * @returns the settings to write, by name
 * @throws UsageError, Cancelled
 */
export async function conversation(
  flags: InitFlags,
  known: Readonly<Record<string, string | undefined>>,
  asks: boolean,
  terminal: Terminal,
  shared?: Shared,
): Promise<Record<string, string>> {
  const { settings, audiences } = await workingKeys(flags, known, asks, terminal, shared);
  const { audience } = describe("mailchimp");
  return {
    ...settings,
    [audience]: await audienceFor(flags.list ?? known[audience], audiences, asks, terminal),
    SYNC_INTERVAL: flags.interval ?? known.SYNC_INTERVAL ?? "3600",
    ...(await choices(flags, asks, terminal)),
  };
}

/** Asks for the keys until both services accept them. @returns them as settings, and the audiences to choose from */
async function workingKeys(
  flags: InitFlags,
  known: Readonly<Record<string, string | undefined>>,
  asks: boolean,
  { t }: Terminal,
  shared: Shared | undefined,
) {
  const get = (name: string) => known[name] ?? "";
  const missing: string[] = [];
  // Collect all missing answers, so that one error names them all
  const need = async (name: string, given: string | undefined, ask: () => Promise<string>): Promise<string> => {
    if (given?.trim()) return given.trim();
    if (asks) return ask();
    missing.push(name);
    return "";
  };
  const secret = (side: Service) =>
    answered(password({ message: `${t(`setup.${side}.key`)} — ${t(`where.${describe(side).key}`)}` }));
  const address = (initialValue = "") =>
    answered(text({ message: `${t("setup.copper.email")} — ${t("where.COPPER_API_EMAIL")}`, initialValue }));
  /** Shows what is wrong before it is asked again. Throws UsageError if there is nobody to ask. */
  const refused = (wrong: string) => {
    if (!asks) throw new UsageError(wrong);
    log.error(wrong);
  };
  const key = (side: Service) => need(describe(side).key, get(describe(side).key), () => secret(side));

  let copperKey = await key("copper");
  let email = await need("COPPER_API_EMAIL (--email)", flags.email ?? known.COPPER_API_EMAIL, () => address());
  let mailchimpKey = await key("mailchimp");
  if (missing.length > 0) throw new UsageError(t("init.missing", { list: missing.join(", ") }));
  let people = await tryCopperKey(copperKey, email, get, { shared });
  while (!people.ok) {
    refused(t(`setup.copper.${people.trouble}`));
    copperKey = await secret("copper");
    email = await address(email);
    people = await tryCopperKey(copperKey, email, get, { shared });
  }
  let members = await tryMailchimpKey(mailchimpKey, get, { shared });
  while (!members.ok) {
    refused(t(`setup.mailchimp.${members.trouble}`));
    mailchimpKey = await secret("mailchimp");
    members = await tryMailchimpKey(mailchimpKey, get, { shared });
  }
  return { settings: { ...people.settings, ...members.settings }, audiences: members.audiences };
}

/**
 * Returns the id of the audience to sync: the one that was named, or the answer.
 * @param named its id or its name
 * @throws UsageError if it is not clear which, and there is nobody to ask
 */
async function audienceFor(
  named: string | undefined,
  audiences: readonly Audience[],
  asks: boolean,
  { t }: Terminal,
): Promise<string> {
  const chosen = audiences.find((one) => one.id === named || one.name === named);
  if (chosen !== undefined) return chosen.id;
  if (asks)
    return answered(
      select({
        message: t("init.audience"),
        options: audiences.map((one) => ({
          value: one.id,
          label: one.name,
          hint: t("init.members", { count: one.members }),
        })),
      }),
    );
  // A single audience needs no choice
  const [only] = audiences;
  if (only !== undefined && audiences.length === 1 && named === undefined) return only.id;
  const list = audiences.map((one) => `${one.id} (${one.name})`).join(", ");
  throw new UsageError(t("init.whichAudience", { list }));
}

/** Asks what becomes of new contacts, and for a trial with a few addresses. @returns the answers as settings */
async function choices(flags: InitFlags, asks: boolean, { t }: Terminal): Promise<Record<string, string>> {
  const given = {
    ...(flags.newMembers !== undefined && { NEW_MEMBER_STATUS: flags.newMembers }),
    ...(flags.only && { ONLY: flags.only }),
  };
  if (!asks) return given;
  log.info(t("setup.new.consent"));
  const statuses = NEW_MEMBER_STATUSES.map((value) => ({
    value,
    label: t(`setup.new.${value}`),
    hint: t(`setup.new.${value}.about`),
  }));
  const creating = [
    { value: "true", label: t("setup.new.create") },
    { value: "false", label: t("setup.new.leave") },
  ];
  const status = flags.newMembers ?? (await decided(t("setup.new.toMailchimp"), statuses, t));
  const create = await decided(t("setup.new.toCopper"), creating, t);
  const only = flags.only ?? (await answered(text({ message: t("init.only"), defaultValue: "" })));
  return { NEW_MEMBER_STATUS: status, CREATE_IN_COPPER: create, ...(only !== "" && { ONLY: only }) };
}

/** Offers custom fields and merge fields of the same name, and writes the chosen pairs to `sync.config.yaml`. */
async function further(opened: Opened, settings: Settings, asks: boolean, terminal: Terminal): Promise<void> {
  if (existsSync(join(process.cwd(), YAML_FILE))) return;
  const [merges, customs] = await Promise.all([opened.mailchimp.mergeFields(), opened.copper.customFields()]);
  const found = mappable(mapFields(settings.fieldOverrides, merges, customs).mapped, merges, customs);
  const wanted =
    asks && found.length > 0
      ? await answered(
          multiselect({
            message: terminal.t("init.fields"),
            options: found.map((one) => ({ value: one, label: `${one.copper} ↔ ${one.mailchimp}` })),
            initialValues: found,
            required: false,
          }),
        )
      : [];
  writeYaml(process.cwd(), { fields: wanted }, terminal.t("init.yaml"));
}

/** Shows the findings of `doctor` for the new settings, and the next step. */
async function showFindings(terminal: Terminal, asks: boolean): Promise<void> {
  const { t } = terminal;
  const settings = readSettings(process.env, process.cwd());
  const opened = await open(settings, new AbortController().signal);
  const findings = await examine(settings, opened, t)
    .then(async (found) => {
      await further(opened, settings, asks, terminal);
      return found;
    })
    .finally(() => opened.database.destroy());
  const lines = findings.map((one) => `${one.level === "ok" ? "✓" : "·"} ${one.text}`).join("\n");
  if (asks) note(lines, t("init.written"));
  else terminal.print(`${t("init.written")}\n${lines}\n${t("init.next")}\n`);
}

/** Returns an answer. @throws Cancelled at Ctrl-C */
async function answered<T>(asked: Promise<T>): Promise<Exclude<T, symbol>> {
  const answer = await asked;
  if (isCancel(answer)) throw new Cancelled();
  return answer as Exclude<T, symbol>;
}

/**
 * Asks a question about consent. No answer is preselected, so pressing Enter decides nothing.
 * @throws Cancelled at Ctrl-C
 */
async function decided(
  message: string,
  options: readonly { readonly value: string; readonly label: string; readonly hint?: string }[],
  t: Texts,
): Promise<string> {
  for (;;) {
    const chosen = await answered(
      select({ message, options: [{ value: "", label: t("init.choose") }, ...options.map((one) => ({ ...one }))] }),
    );
    if (chosen !== "") return chosen;
  }
}
