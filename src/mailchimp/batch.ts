/**
 * Sends many single requests as one: Mailchimp's batches ("Many at once" in docs/apis/mailchimp.md). The service runs
 * a batch later and returns the responses as an archive. The journal keeps a batch while it runs: after a crash, the
 * next run must not read before the batch has ended (A1).
 */
import { parseTarGzip } from "nanotar";
import { z } from "zod";
import { type Answer, LOST } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { dueBreak } from "../limits/breaks.ts";

/** One request inside a batch. */
export interface BatchRequest {
  readonly method: string;
  readonly path: string;
  /** Query parameters by name. */
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Requests in one batch. */
const SIZE = 5_000;
/** From this many requests on, a batch needs fewer than they would alone. */
export const BATCH_FROM = 8;
/** Requests for each batch: sending it, polling it, downloading the responses. */
const COST = 6;
/** First and longest pause between two polls (ms). The pause doubles, because each poll costs a request. */
const FIRST_LOOK = 1_000;
const LONGEST_LOOK = 60_000;
const SLOWER = 2;
/** Longest wait for a batch (ms). The next run waits for a slower one. */
const PATIENCE = 15 * 60_000;

const state = z.looseObject({ id: z.string(), status: z.string(), response_body_url: z.string().nullish() });
const answers = z.array(
  z.looseObject({
    status_code: z.number(),
    operation_id: z.union([z.string(), z.number()]).nullish(),
    response: z.string().nullish(),
  }),
);

/** Returns how many requests this many operations need, alone or as batches. */
export function requestsFor(count: number): number {
  return count < BATCH_FROM ? count : COST * Math.ceil(count / SIZE);
}

/** Records in the journal that a batch has started (`running`), or that its responses have been read. */
export type Remember = (batch: string, running: boolean) => Promise<void>;

/**
 * Sends requests as batches and waits for their responses.
 * @param remember records each batch in the journal
 * @returns one response for each request, in order; `undefined` if the service refuses batches
 */
export async function sendBatches(
  http: Http,
  requests: readonly BatchRequest[],
  remember: Remember,
): Promise<Answer[] | undefined> {
  const all: Answer[] = [];
  for (let at = 0; at < requests.length; at += SIZE) {
    const part = requests.slice(at, at + SIZE);
    const operations = part.map(({ method, path, params, body }, index) => ({
      method,
      path,
      ...(params !== undefined && { params }),
      operation_id: String(index),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }));
    const made = await http.send("POST", "/batches", { operations });
    if (!made.ok && made.status !== LOST && at === 0) return undefined;
    const batch = made.ok ? state.safeParse(made.body).data : undefined;
    if (batch === undefined) {
      all.push(...part.map(() => lost("no answer to the batch")));
      continue;
    }
    await remember(batch.id, true);
    const url = await finished(http, batch.id);
    if (url === undefined) {
      all.push(...part.map(() => lost("the batch is still running")));
      continue;
    }
    all.push(...(await collected(http, url, part.length)));
    await remember(batch.id, false);
  }
  return all;
}

/**
 * Polls a batch until it ends.
 * @param id the batch's id
 * @returns the URL of the responses, "" if there are none; `undefined` if it takes too long or the program stops
 */
export async function finished(http: Http, id: string): Promise<string | undefined> {
  let waited = 0;
  for (let pause = FIRST_LOOK; waited < PATIENCE && !http.stopped(); pause = Math.min(LONGEST_LOOK, pause * SLOWER)) {
    await http.wait(pause);
    waited += pause;
    const answer = await http.send("GET", `/batches/${id}`);
    if (!answer.ok && answer.status === 404) return "";
    const seen = answer.ok ? state.safeParse(answer.body).data : undefined;
    if (seen?.status === "finished") return seen.response_body_url ?? "";
  }
  return undefined;
}

/** Downloads the archive and returns its responses in the order of the requests. A missing one counts as lost. */
async function collected(http: Http, url: string, count: number): Promise<Answer[]> {
  const none = Array.from({ length: count }, (): Answer => lost("no answer in the batch"));
  const archive = url === "" ? undefined : await http.download(url);
  if (archive === undefined) return none;
  // The download may be an HTML page instead of an archive
  for (const file of await parseTarGzip(archive).catch(() => [])) {
    if (!file.name.endsWith(".json") || file.text === undefined) continue;
    for (const one of answers.safeParse(parsed(http.mask(file.text))).data ?? []) {
      const wait = dueBreak();
      if (wait !== undefined) await wait;
      const body = parsed(one.response ?? "null");
      const index = Number(one.operation_id);
      if (!(index in none)) continue;
      none[index] =
        one.status_code < 300
          ? { ok: true, body }
          : { ok: false, status: one.status_code, body, text: one.response ?? "" };
    }
  }
  return none;
}

/** Returns a response that counts as lost, because we cannot know what the service did. */
function lost(text: string): Answer {
  return { ok: false, status: LOST, body: undefined, text };
}

/** Parses JSON; returns `undefined` if it is none, so that one bad file does not lose the others. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
