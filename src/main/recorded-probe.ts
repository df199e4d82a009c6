/**
 * A probe with a transcript of the responses. The transcript can be shared: it contains no names, addresses, phone
 * numbers, ids or keys (`http/transcript.ts`).
 */
import { writeFileSync } from "node:fs";
import { probe } from "../app/probe-services.ts";
import type { Settings } from "../config/settings.ts";
import { type Exchange, transcriptOf } from "../http/transcript.ts";
import type { Probed } from "../plan/capabilities.ts";
import { PROBE_TEXTS } from "./adapters.ts";
import { withWired } from "./with-wired.ts";

/**
 * Probes and writes the transcript, also if the probe fails: then it is needed most.
 * @param file the transcript's path; only its owner can read it
 * @returns the probe's findings, and the number of exchanges
 * @throws RunInProgress, ServiceError
 */
export async function recordedProbe(
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
    const transcript = transcriptOf(exchanges, PROBE_TEXTS);
    writeFileSync(file, `${JSON.stringify(transcript, null, 2)}\n`, { mode: 0o600 });
  }
}
