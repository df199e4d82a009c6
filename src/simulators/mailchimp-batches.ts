/** Mailchimp's batches: the service performs requests later and returns the responses as a `.tar.gz`. */
import { gzipSync } from "node:zlib";
import { problem } from "./mailchimp-rules.ts";
import type { SimRequest, SimResponse } from "./server.ts";

interface BatchOperation {
  readonly method: string;
  readonly path: string;
  readonly params?: Record<string, string>;
  readonly body?: string;
  readonly operation_id?: string;
}

/** The most batches that can be pending. */
const MOST = 500;

/**
 * Creates the handler. A batch runs after some polls.
 * @param run performs one request
 * @param base returns the service's URL
 * @param looks how many polls find a batch unfinished
 */
export function batches(
  run: (asked: SimRequest) => SimResponse | Promise<SimResponse>,
  base: () => string,
  looks: number,
) {
  const held = new Map<
    string,
    { operations: readonly BatchOperation[]; archive?: Buffer; errored: number; looks: number }
  >();
  return async ({ method, path, body, headers }: SimRequest): Promise<SimResponse | undefined> => {
    const id = path.split("/")[3];
    if (method === "POST" && id === undefined) {
      if ([...held.values()].filter((one) => one.archive === undefined).length >= MOST)
        return problem(429, "Too Many Requests", "You have more than 500 pending batches.");
      const name = `batch${held.size + 1}`;
      held.set(name, {
        operations: ((body as { operations?: BatchOperation[] }).operations ?? []) as BatchOperation[],
        errored: 0,
        looks,
      });
      return {
        status: 200,
        body: {
          id: name,
          status: "pending",
          total_operations: held.get(name)!.operations.length,
          finished_operations: 0,
          errored_operations: 0,
          response_body_url: "",
        },
      };
    }
    const batch = id === undefined ? undefined : held.get(id);
    if (batch === undefined) return undefined;
    if (path.endsWith("/answers")) return { status: 200, raw: batch.archive ?? Buffer.alloc(0) };
    // Run the batch at the last poll only, as late as the real service may
    if (batch.looks-- > 0)
      return {
        status: 200,
        body: { id, status: batch.looks > 0 ? "pending" : "started", total_operations: batch.operations.length },
      };
    if (batch.archive === undefined) {
      const answers: unknown[] = [];
      for (const one of batch.operations) {
        const query = new URLSearchParams(one.params ?? {});
        const asked = { method: one.method, path: `/3.0${one.path}`, query, headers };
        const reply = await run({ ...asked, body: one.body ? JSON.parse(one.body) : undefined });
        if (reply.status >= 400) batch.errored += 1;
        const response = JSON.stringify(reply.body ?? null);
        answers.push({ status_code: reply.status, operation_id: one.operation_id ?? null, response });
      }
      batch.archive = gzipSync(tar("./answers.json", JSON.stringify(answers)));
    }
    const total = batch.operations.length;
    return {
      status: 200,
      body: {
        id,
        status: "finished",
        total_operations: total,
        finished_operations: total,
        errored_operations: batch.errored,
        response_body_url: `${base()}/batches/${id}/answers`,
      },
    };
  };
}

/** Returns a tar archive with one file: a header of 512 bytes, the content in blocks of 512, and two empty blocks. */
function tar(name: string, text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(512);
  head.write(name, 0);
  head.write("0000644\0", 100);
  head.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
  head.write("00000000000\0", 136);
  head.write("        0", 148);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512), Buffer.alloc(1024)]);
}
