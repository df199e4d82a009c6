/**
 * `contacts list` and `contacts why ADDRESS`: show every contact's standing, and what helps (R1, R2). They read the
 * database only and send no request to a service.
 */

import { closeSync, openSync, writeSync } from "node:fs";
import { eachStanding } from "../app/each-standing.ts";
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { addressKey } from "../domain/address.ts";
import { oneLine } from "../domain/one-line.ts";
import { withStored } from "../main/with-stored.ts";
import {
  type ContactState,
  REASONS,
  reasonsOf,
  STATES,
  type StandingReason,
  stateOf,
  totalsOf,
} from "../plan/standings.ts";
import type { StandingContact, Store } from "../ports/store.ts";
import { serviceName } from "../services/services.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { contactRow, csvHead, csvRow, nameOf } from "../wording/contact-row.ts";
import { groupWords, standingWords } from "../wording/standing.ts";

/** The filter and the output of a list. */
interface ListFlags {
  readonly json?: boolean;
  readonly state?: string;
  readonly reason?: string;
  readonly csv?: string;
}

/** The most contacts of one reason that the terminal shows. */
const SHOWN = 10;

/**
 * `contacts list`: prints the contacts by reason, or writes them as JSON or CSV.
 * @throws UsageError for an unknown state or reason
 */
export function contactsList(flags: ListFlags, terminal: Terminal): Promise<number> {
  const reasons = wanted(flags, terminal);
  return withStanding(terminal, async (store, signUpUrl) => {
    const { t, language } = terminal;
    const counts = await store.standingCounts();
    const totals = totalsOf(counts);
    if (flags.csv !== undefined) {
      // Write line by line, since the list may be as long as the accounts
      const file = openSync(flags.csv, "w", 0o600);
      let written = 0;
      try {
        writeSync(file, csvHead(t, language));
        for await (const one of eachStanding(store, reasons)) {
          writeSync(file, csvRow(one, t, language, signUpUrl));
          written += 1;
        }
      } finally {
        closeSync(file);
      }
      const told = `${t("contacts.written", { count: written, file: flags.csv })}\n`;
      if (!flags.json) terminal.print(told);
    }
    if (flags.json) {
      const { copper, mailchimp } = totals;
      await terminal.jsonWith({ schema: 1, copper, mailchimp }, "contacts", rows(store, reasons, terminal, signUpUrl));
    } else if (flags.csv === undefined) await show(store, counts, reasons, terminal, signUpUrl);
    return EXIT.ok;
  });
}

/** `contacts why ADDRESS`: explains the standing of the contacts with an address. Any address of either side works. */
export function contactsWhy(address: string, flags: { json?: boolean }, terminal: Terminal): Promise<number> {
  const { t } = terminal;
  return withStanding(terminal, async (store, signUpUrl) => {
    const found = await at(store, address);
    if (flags.json) {
      const { copper, mailchimp } = totalsOf(await store.standingCounts());
      terminal.json({ schema: 1, copper, mailchimp, contacts: found.map((one) => contactRow(one, t, signUpUrl)) });
      if (found.length > 0) return EXIT.ok;
    }
    if (found.length === 0) {
      const text = `${t("contacts.unknown", { address })}\n`;
      if (flags.json) process.stderr.write(text);
      else terminal.print(text);
    }
    for (const [place, one] of found.entries()) {
      const { message, helps } = standingWords(one.standing, t, signUpUrl);
      const { person, member, standing } = one;
      const absent = t("contacts.absent");
      const lines = [
        message,
        helps,
        "",
        `${oneLine(nameOf(one))} — ${t(`stands.${stateOf(standing.reason)}`)}${since(standing.since, terminal)}`,
        t("contacts.in", {
          person: person === undefined ? absent : `${person.id} (${person.emails.join(", ")})`,
          member: member === undefined ? absent : `${member.email} (${t(`status.${member.status}`)})`,
        }),
      ];
      terminal.print(`${place > 0 ? "\n" : ""}${lines.join("\n")}\n`);
    }
    return EXIT.ok;
  });
}

function since(time: string | null, { t, when }: Terminal): string {
  return time === null ? "" : `, ${t("contacts.since", { when: when(time) })}`;
}

/** Returns the contacts with this address, including records that could not be read. */
async function at(store: Store, address: string): Promise<readonly StandingContact[]> {
  // Unreadable records are not stored, so they are found by the detail of their standing
  const known = await store.standingOf(await store.atAddress(address));
  if (known.length > 0) return known;
  const odd = await store.standings(["odd-record", "phone-only"], Number.MAX_SAFE_INTEGER);
  return odd.filter((one) => addressKey(one.standing.detail?.address ?? "") === addressKey(address));
}

/**
 * Returns the reasons that the flags select.
 * @throws UsageError for an unknown state or reason
 */
function wanted({ state, reason }: ListFlags, { t }: Terminal): readonly StandingReason[] {
  const states: readonly string[] = STATES;
  const reasons: readonly string[] = REASONS;
  if (state !== undefined && !states.includes(state))
    throw new UsageError(t("contacts.notAState", { given: state, list: STATES.join(", ") }));
  if (reason !== undefined && !reasons.includes(reason))
    throw new UsageError(t("contacts.notAReason", { given: reason, list: REASONS.join(", ") }));
  const of = state === undefined ? REASONS : reasonsOf(state as ContactState);
  return reason === undefined ? of : of.filter((one) => one === reason);
}

async function* rows(store: Store, reasons: readonly StandingReason[], { t }: Terminal, signUpUrl: string | null) {
  for await (const one of eachStanding(store, reasons)) yield contactRow(one, t, signUpUrl);
}

/** Prints the totals, then the first contacts of each reason. */
async function show(
  store: Store,
  counts: Awaited<ReturnType<Store["standingCounts"]>>,
  reasons: readonly StandingReason[],
  terminal: Terminal,
  signUpUrl: string | null,
): Promise<void> {
  const { t } = terminal;
  const totals = totalsOf(counts);
  for (const side of ["copper", "mailchimp"] as const) {
    const { total, inStep, waiting, leftOut, failing, toDecide } = totals[side];
    const figures = [inStep, waiting, leftOut, failing, toDecide];
    const list = STATES.map((state, place) =>
      t("contacts.figure", { count: figures[place]!, state: t(`stands.${state}`) }),
    );
    const service = serviceName(side);
    terminal.print(`${t("contacts.figures", { service, total, list: list.join(", ") })}\n`);
  }
  const narrowed = reasons.length < REASONS.length;
  let shown = 0;
  for (const reason of reasons) {
    const count = counts.find((one) => one.reason === reason)?.contacts ?? 0;
    // Contacts in step need no action, so they are only counted
    if (count === 0 || (stateOf(reason) === "in-step" && !narrowed)) continue;
    shown += count;
    const some = await store.standings([reason], SHOWN);
    // Details of one contact appear only in its own line
    const general = groupWords(reason, t, signUpUrl);
    terminal.print(`\n${t("contacts.group", { count, message: general.message })}\n  ${general.helps}\n`);
    for (const one of some) {
      const row = contactRow(one, t, signUpUrl);
      const name = nameOf(one);
      const whom = name === row.address ? name : `${name} ${row.address}`.trim();
      terminal.print(`    ${oneLine(whom)}${since(row.since, terminal)}\n`);
      if (one.standing.detail !== undefined) terminal.print(`      ${row.message}\n`);
    }
    if (count > some.length) terminal.print(`    ${t("contacts.more", { count: count - some.length })}\n`);
  }
  if (narrowed && shown === 0) terminal.print(`${t("contacts.none")}\n`);
}

/** Reads what is stored of the chosen connection, and says on standard error if no run has stored anything yet. */
function withStanding(
  { t }: Terminal,
  work: (store: Store, signUpUrl: string | null) => Promise<number>,
): Promise<number> {
  return withStored(async (store) => {
    if ((await store.holdings()).persons === 0 && (await store.runs(1)).length === 0)
      process.stderr.write(`${t("contacts.never")}\n`);
    const setUp = await store.fact("setup");
    return work(store, setUp?.signUpUrl ?? null);
  });
}
