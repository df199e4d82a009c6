/**
 * `doctor --record FILE`: a probe, with a transcript of what the services answered. It can be sent to us: nobody's name,
 * address, number or id is in it, nor any key (`http/transcript.ts`).
 */
import { writeFileSync } from "node:fs";
import { probe } from "../app/probe-services.ts";
import type { Settings } from "../config/settings.ts";
import { COPPER_TEXTS } from "../copper/probe.ts";
import { type Exchange, transcriptOf } from "../http/transcript.ts";
import { MAILCHIMP_TEXTS } from "../mailchimp/probe.ts";
import { withWired } from "../main/with-wired.ts";
import type { Probed } from "../plan/capabilities.ts";

/**
 * Probes and writes the transcript, also where the probe broke off: that is when it is wanted most.
 * @param file where to; only its owner can read it
 * @returns what the probe found, and how many exchanges there were. Throws RunInProgress, ServiceError.
 */
export async function recorded(
  settings: Settings,
  file: string,
): Promise<{ readonly probed: Probed[]; readonly exchanges: number }> {
  const exchanges: Exchange[] = [];
  const record = (exchange: Exchange) => {
    exchanges.push(exchange);
  };
  try {
    const probed = await withWired(
      async (wired) => {
        await wired.probes.samples();
        return probe(wired, settings.copper.email);
      },
      undefined,
      { record },
    );
    return { probed, exchanges: exchanges.length };
  } finally {
    const transcript = transcriptOf(exchanges, [...COPPER_TEXTS, ...MAILCHIMP_TEXTS]);
    writeFileSync(file, `${JSON.stringify(transcript, null, 2)}\n`, { mode: 0o600 });
  }
}
