/**
 * Carries out `doctor --probe`: creates one throwaway person and member, tests them, and deletes them again. Stores the
 * capabilities for later runs. Cleans up after a probe that died.
 */
import { randomBytes } from "node:crypto";
import type { Texts } from "../i18n/texts.ts";
import { capabilitiesOf, type Probed, type Question } from "../plan/capabilities.ts";
import { memberRef } from "../plan/operations.ts";
import { serviceName } from "../services/services.ts";
import { newSmallRun, withLease } from "./decide-on-people.ts";
import type { Performer } from "./decisions/perform-operation.ts";
import type { Wired } from "./wired.ts";

/** Answers that the program assumes without a probe. The report marks answers that differ. */
const BELIEVED: Readonly<Record<Question, "yes" | "no" | undefined>> = {
  "tags-lower-case": "yes",
  "tags-emoji": "yes",
  "tags-cleared": "yes",
  "doubled-refused": "yes",
  "doubled-case-refused": "yes",
  "doubled-second-refused": "yes",
  "dates-inclusive": undefined,
  "search-lag": undefined,
  "tags-move-person": "yes",
  "person-moves-by-itself": undefined,
  "bulk-updates": undefined,
  "bulk-keeps-status": "yes",
  "tags-move-member": undefined,
  "tags-ignore-case": "yes",
  "name-parts": undefined,
  "customs-in-part": undefined,
  "dates-midnight": "yes",
  "tags-shown": "no",
  "state-nbsp": undefined,
  "state-na": undefined,
  removed: "yes",
};

/**
 * Probes both services while no run is in progress. Throws RunInProgress, ServiceError.
 * @param owner the address of the key's owner; the throwaway address adds a suffix to it
 */
export function probe(wired: Wired, owner: string): Promise<Probed[]> {
  const { store, probes } = wired;
  return withLease(wired, async () => {
    const { perform, end } = newSmallRun(wired, "probe");
    const clean = cleaning(wired, perform);
    const left = await store.fact("probe");
    if (left) {
      await clean.people(left.personIds, left.address);
      await clean.member(left.address);
    }
    const address = owner.trim().replace("@", `+sync-probe-${randomBytes(4).toString("hex")}@`);
    // Store the address before the first request, so that the next probe can clean up after a crash
    const remember = (personIds: readonly number[]) => store.saveChanges({ facts: { probe: { address, personIds } } });
    await remember([]);
    const probed: Probed[] = [];
    try {
      probed.push(
        ...(await probes.copper(
          address,
          (id) => remember([id]),
          (ids) => clean.people(ids, address),
        )),
      );
      probed.push(...(await probes.mailchimp(address, () => clean.member(address))));
    } finally {
      await end(true);
    }
    const known = await store.fact("findings");
    // Keep the address if a record is still there: the next probe deletes it
    const gone = probed.every((one) => one.question !== "removed" || one.answer !== "no");
    await store.saveChanges({
      facts: { findings: { ...known, ...capabilitiesOf(probed) }, ...(gone && { probe: null }) },
    });
    return probed;
  });
}

/** Deletes what a probe created, by operations of a run (A12). Each function returns whether the record is gone. */
function cleaning({ mailchimp, probes }: Wired, perform: Performer["perform"]) {
  const about = { reason: "probe" as const, settles: {} };
  return {
    async people(known: readonly number[], address: string): Promise<boolean> {
      let gone = true;
      for (const personId of new Set([...known, ...(await probes.peopleAt(address))])) {
        const { ok } = await perform({
          ...about,
          side: "copper",
          operation: "delete-person",
          contact: address,
          personId,
        });
        gone &&= ok;
      }
      return gone;
    },
    async member(address: string): Promise<boolean> {
      const { reader } = mailchimp.open({ mapped: [] }, new AbortController().signal);
      const [member] = await reader.at([address]);
      if (member === undefined) return true;
      const { ok } = await perform({
        ...about,
        side: "mailchimp",
        operation: "forget-member",
        contact: address,
        member: memberRef(member),
      });
      return ok;
    },
  };
}

/** Returns the answers as lines of text. Marks those that differ from what the program assumes. */
export function probeLines(probed: readonly Probed[], t: Texts): string[] {
  return probed.map(({ side, question, answer, detail }) => {
    const other = BELIEVED[question] !== undefined && answer !== BELIEVED[question] && answer !== "unknown";
    const text = t(`probe.${question}`, { service: serviceName(side) });
    const line = t("probe.line", { text, answer: t(`probe.${answer}`) });
    return `${line}${detail === "" ? "" : ` (${detail})`}${other ? ` ${t("probe.other")}` : ""}`;
  });
}
