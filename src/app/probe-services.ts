/**
 * `doctor --probe`: one throwaway person and member, made, asked about, and taken away again. What was found out is kept
 * for later runs; a probe that died is cleaned up after by the next one.
 */
import { randomBytes } from "node:crypto";
import type { Texts } from "../i18n/texts.ts";
import { capabilitiesOf, type Probed, type Question } from "../plan/capabilities.ts";
import { memberRef } from "../plan/operations.ts";
import { newSmallRun, withLease } from "./decide-on-people.ts";
import type { Performer } from "./decisions/perform.ts";
import type { Wired } from "./wired.ts";

/** What we go by as long as nobody has found out; only what differs needs to be told. */
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
 * Asks both services, while no run goes on. Throws RunInProgress, ServiceError.
 * @param owner the key's owner: the throwaway address is one of his, with a word added
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
    const gone = probed.every((one) => one.question !== "removed" || one.answer !== "no");
    await store.saveChanges({
      facts: { findings: { ...known, ...capabilitiesOf(probed) }, ...(gone && { probe: null }) },
    });
    return probed;
  });
}

/** Takes away what a probe has made, by the operations of a run (A12). Each tells whether it is gone. */
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

/** What was found out, in words; what differs from what we believed is marked. */
export function probeLines(probed: readonly Probed[], t: Texts): string[] {
  return probed.map(({ side, question, answer, detail }) => {
    const other = BELIEVED[question] !== undefined && answer !== BELIEVED[question] && answer !== "unknown";
    const text = t(`probe.${question}`, { service: side === "copper" ? "Copper" : "Mailchimp" });
    const line = t("probe.line", { text, answer: t(`probe.${answer}`) });
    return `${line}${detail === "" ? "" : ` (${detail})`}${other ? ` ${t("probe.other")}` : ""}`;
  });
}
