/** Checks settings, keys, audience, fields, database and clocks, each by itself. */
import type { Settings } from "../config/settings.ts";
import { mapFields } from "../domain/fields.ts";
import { traitsFor } from "../domain/filter.ts";
import type { Texts } from "../i18n/texts.ts";
import { serviceName } from "../services/services.ts";
import { explain } from "./error-messages.ts";
import type { Opened } from "./wired.ts";

/** Reports clocks that differ by more (s). The sync itself does not need clocks to agree. */
const SKEW = 120;

/**
 * Checks everything. An unreachable service becomes a finding, so that the other checks still run.
 * @returns the findings in the order of the checks, without secrets
 */
export async function examine(settings: Settings, opened: Opened, t: Texts): Promise<Finding[]> {
  const { copper, mailchimp, clean, skew } = opened;
  const wrong = (error: unknown): Finding => ({ level: "wrong", text: clean(explain(error, t).text) });
  const findings: Finding[] = [{ level: "ok", text: t("doctor.database", { url: clean(settings.database) }) }];
  const account = await copper.identity().catch(wrong);
  if ("level" in account) findings.push(account);
  else {
    findings.push({ level: "ok", text: t("doctor.copper", { id: account.id }) });
    if (account.byTeam) findings.push({ level: "note", text: t("doctor.byTeam") });
  }
  const audience = await mailchimp.audience().catch(wrong);
  if ("level" in audience) findings.push(audience);
  else findings.push({ level: "ok", text: t("doctor.audience", { name: audience.name, count: audience.members }) });
  if (!("level" in account) && !("level" in audience)) {
    const [merges, customs] = await Promise.all([mailchimp.mergeFields(), copper.customFields()]);
    const { filter } = settings.policy;
    // Request contact types only if the filter needs them
    const contactTypes = filter?.contactTypes ? await copper.contactTypes() : [];
    try {
      traitsFor(filter, { customs, contactTypes });
    } catch (error) {
      findings.push(wrong(error));
    }
    const { mapped, unmet } = mapFields(settings.fieldOverrides, merges, customs);
    const pairs = (list: readonly { copper: string; mailchimp: string }[]) =>
      list.map((one) => `${one.copper} ↔ ${one.mailchimp}`).join(", ");
    findings.push({ level: "ok", text: t("doctor.fields", { list: pairs(mapped) }) });
    if (unmet.length > 0) findings.push({ level: "note", text: t("doctor.unmet", { list: pairs(unmet) }) });
    const wanted = merges.filter((merge) => merge.required).map((merge) => merge.tag);
    if (wanted.length > 0) findings.push({ level: "note", text: t("doctor.required", { list: wanted.join(", ") }) });
  }
  for (const service of ["copper", "mailchimp"] as const) {
    const seconds = skew(service);
    if (seconds === undefined || Math.abs(seconds) <= SKEW) continue;
    const name = serviceName(service);
    findings.push({ level: "note", text: t("doctor.clock", { service: name, seconds }) });
  }
  return findings;
}

/** The result of one check of `doctor`. */
export interface Finding {
  readonly level: "ok" | "note" | "wrong";
  readonly text: string;
}
