/**
 * `doctor --probe`: one throwaway person and member, made, asked about, and taken away again. What was found out is kept
 * for later runs; a probe that died is cleaned up after by the next one.
 */
import { randomBytes } from "node:crypto";
import type { Texts } from "../i18n/texts.ts";
import { type Findings, findingsOf, type Probed, type Question } from "../plan/findings.ts";
import { locked } from "./decisions.ts";
import type { Wired } from "./wire.ts";

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

/** A probe that has begun and not ended. */
interface Left {
  readonly address: string;
  readonly personIds: readonly number[];
}

/**
 * Asks both services, while no run goes on. Throws RunInProgress, RemoteUnusable.
 * @param owner the key's owner: the throwaway address is one of his, with a word added
 */
export function probe(wired: Wired, owner: string): Promise<Probed[]> {
  const { store, probes } = wired;
  return locked(wired, async () => {
    const left = await store.fact<Left | null>("probe");
    if (left) await probes.clean(left.personIds, left.address);
    const address = owner.trim().replace("@", `+sync-probe-${randomBytes(4).toString("hex")}@`);
    const remember = (personIds: readonly number[]) => store.learn({ facts: { probe: { address, personIds } } });
    await remember([]);
    const people = await probes.copper(address, (id) => remember([id]));
    const members = await probes.mailchimp(address);
    const probed = [...people, ...members];
    const known = await store.fact<Findings>("findings");
    const gone = probed.every((one) => one.question !== "removed" || one.answer !== "no");
    await store.learn({ facts: { findings: { ...known, ...findingsOf(probed) }, ...(gone && { probe: null }) } });
    return probed;
  });
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
