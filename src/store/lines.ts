/** Short forms of records that are kept beside them, to be found or listed without reading the whole. */
import { addressKey } from "../contact/address.ts";
import type { RunLine } from "../plan/ports.ts";
import type { RunDocument } from "../plan/run-document.ts";

/** What a person or member is found by: his name and every address, without regard to case or accents. */
export function nameText(record: {
  readonly name?: string;
  readonly emails?: readonly string[];
  readonly email?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}): string {
  const names = [record.fields?.FNAME, record.fields?.LNAME].filter((part) => typeof part === "string");
  return searchKey([record.name ?? names.join(" "), ...(record.emails ?? []), record.email ?? ""].join(" "));
}

/** The form in which names are compared when somebody looks for one. */
export function searchKey(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/\s+/gu, " ").trim().toLowerCase();
}

/** Whether one of these addresses is that one (W1). */
export function hasAddress(addresses: readonly string[], address: string): boolean {
  const key = addressKey(address);
  return addresses.some((one) => addressKey(one) === key);
}

/** The key under which is kept what Copper has been told of somebody and a campaign. */
export function engagementKey({
  campaign,
  personId,
}: {
  readonly campaign: string;
  readonly personId: number;
}): string {
  return `${campaign} ${personId}`;
}

/** A run in one line. @param document `null` while it is running */
export function runLine(run: string, document: RunDocument | null): RunLine | null {
  if (document === null) return null;
  const { startedAt, finishedAt, outcome, kind, mode, copper, mailchimp, failures, conflicts } = document;
  return {
    run,
    startedAt,
    finishedAt,
    outcome,
    ...(kind && { kind }),
    mode,
    copper: { created: copper.created, updated: copper.updated },
    mailchimp: { created: mailchimp.created, updated: mailchimp.updated, archived: mailchimp.archived },
    tags: mailchimp.tagsAdded + mailchimp.tagsRemoved,
    requests: copper.requests + mailchimp.requests,
    failures: failures.length,
    conflicts: conflicts.length,
  };
}
