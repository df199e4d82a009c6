/** The backend of the set-up, which `serve` starts if there are no settings. */

import { explain } from "../app/error-messages.ts";
import { dropDraft, keepDraft, keptDraft, writeEnv, writeYaml } from "../app/setup-files.ts";
import { environmentFile } from "../config/env-file.ts";
import { redactor } from "../config/log.ts";
import { SETTINGS } from "../config/setting-sources.ts";
import { readSettings, type Settings } from "../config/settings.ts";
import { type Connection, connectionNames, connectionShape } from "../config/yaml.ts";
import { type Language, texts } from "../i18n/texts.ts";
import { audiencesOf, tryCopperKey, tryMailchimpKey } from "../main/try-keys.ts";
import type { Audience } from "../ports/sides.ts";
import { describe, SERVICES, type Service } from "../services/services.ts";
import { type Draft, settingsIn } from "../setup/draft.ts";
import { isPostgresUrl } from "../store/open.ts";
import type { SetupBackend } from "../web/setup-backend.ts";
import { accountCache } from "./account-cache.ts";
import { previewer } from "./background-plans.ts";

/** The longest wait for a service (ms), since a person is waiting for the page. */
const PATIENCE = 5_000;

/**
 * Returns whether `serve` has no connection to run: there are no keys, or a set-up was started and not finished. A key
 * for sealing means a database for many connections, which `connections add` fills.
 */
export function needsSetup(environment: NodeJS.ProcessEnv, folder: string, database: string): boolean {
  const sealing = environment.CONNECTIONS_KEY?.trim() || environment.CONNECTIONS_KEY_FILE?.trim();
  if (isPostgresUrl(database) && sealing) return false;
  // Several connections mean that the folder is already set up
  const names = connectionNames(folder);
  if (names.length !== 1 || names[0] !== "default") return false;
  if (keptDraft(folder) !== undefined) return true;
  const all = { ...environmentFile(folder), ...environment };
  return ![...SERVICES.map((side) => describe(side).key), describe("mailchimp").audience].some((one) =>
    all[one]?.trim(),
  );
}

/**
 * Creates the set-up's backend for a folder.
 * @param started is called with the new settings and the language of the set-up, to start the first sync
 */
export function setupOf(
  folder: string,
  environment: NodeJS.ProcessEnv,
  started: (settings: Settings, language: Language) => Promise<void>,
): SetupBackend {
  const plans = previewer();
  let audiences: readonly Audience[] | undefined;
  let byTeam = false;
  let over = false;
  const draft = (): Draft => keptDraft(folder) ?? {};
  const all = () => ({ ...environmentFile(folder), ...environment });
  const known = (name: string) => all()[name]?.trim() ?? "";
  const clean = (text: string) => redactor(SERVICES.map((side) => known(describe(side).key)))(text);
  const hasAccess = (side: Service) => describe(side).access.every((one) => known(one) !== "");
  const keep = (some: Partial<Draft>) => keepDraft(folder, { ...draft(), ...some });

  /** Returns the connection that the answers describe, before they are written to the settings files. */
  function connection(): Connection {
    const { fields = [], filter } = draft();
    return connectionShape.parse({ name: "default", settings: settingsIn(draft()), fields, ...(filter && { filter }) });
  }

  const settings = () => readSettings(environment, folder, connection());
  const accounts = accountCache(settings);
  /** Discards what was read from the previous accounts. */
  const others = () => {
    plans.drop();
    accounts.forget();
  };

  return {
    known: () => ({
      draft: draft(),
      copper: hasAccess("copper"),
      mailchimp: hasAccess("mailchimp"),
    }),
    email: () => known("COPPER_API_EMAIL"),
    byTeam: () => byTeam,
    async tryCopper(key, email) {
      const tried = await tryCopperKey(key, email, known, { stop: AbortSignal.timeout(PATIENCE) });
      if (!tried.ok) return tried;
      ({ byTeam } = tried);
      // Write the draft first: it marks the set-up as started
      keep({});
      writeEnv(folder, tried.settings);
      others();
      return { ok: true };
    },
    async tryMailchimp(key) {
      const tried = await tryMailchimpKey(key, known, { stop: AbortSignal.timeout(PATIENCE) });
      if (!tried.ok) return tried;
      keep({});
      writeEnv(folder, tried.settings);
      others();
      ({ audiences } = tried);
      return { ok: true };
    },
    async audiences() {
      audiences ??= await audiencesOf(known, { stop: AbortSignal.timeout(PATIENCE) });
      return audiences;
    },
    ...accounts,
    answer(some) {
      const changed = some.audience !== undefined && some.audience.id !== draft().audience?.id;
      // The chosen fields do not apply to another audience
      keep(changed ? { ...some, fields: undefined } : some);
      if (changed) others();
    },
    preview: () => plans.look(JSON.stringify(draft()), settings),
    planAgain: plans.drop,
    async start(run, language) {
      const ready = plans.look(JSON.stringify(draft()), settings);
      if (over || ready.state !== "ready" || ready.document.run !== run || ready.document.guard !== null) return false;
      over = true;
      try {
        const t = texts(language);
        const { fields, filter } = draft();
        writeYaml(folder, { ...(fields && { fields }), ...(filter !== undefined && { filter }) }, t("init.yaml"));
        const interval = known("SYNC_INTERVAL") || SETTINGS.SYNC_INTERVAL;
        const values = { SYNC_INTERVAL: interval, ...settingsIn(draft()), SYNC_LANG: language };
        writeEnv(folder, values, t("setup.envAbout"));
        await started(readSettings(environment, folder), language);
        // Remove the draft last: as long as it exists, the set-up can be resumed
        dropDraft(folder);
        others();
        return true;
      } finally {
        over = false;
      }
    },
    explain: (error, language) => clean(explain(error, texts(language)).text),
  };
}
