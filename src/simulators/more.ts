/** What both simulated services offer besides contacts: subscriptions to webhooks, and Mailchimp's batches. */
import { gzipSync } from "node:zlib";
import type { Asked, Reply } from "./server.ts";

/** A subscription; what else was sent with it is kept as it is. */
interface Subscription {
  readonly id: number;
  readonly [field: string]: unknown;
}

/** Subscriptions of one service. @param most how many there may be @param wrap what a list of them is answered in */
export function subscriptions(most: number, wrap: (list: readonly Subscription[]) => unknown) {
  const held = new Map<number, Subscription>();
  let next = 1;
  /** Sends a notification to whoever subscribed; lost ones are lost, as the services do it. */
  const fire = (field: "url" | "target", type: string, body: string, wanted: (one: Subscription) => boolean) => {
    for (const one of held.values())
      if (wanted(one))
        void fetch(String(one[field]), { method: "POST", headers: { "Content-Type": type }, body }).catch(
          () => undefined,
        );
  };
  const answer = (method: string, id: number | undefined, body: Record<string, unknown>): Reply | undefined => {
    if (method === "POST" && held.size < most) {
      const made = { ...body, id: next++ };
      held.set(made.id, made);
      return { status: 200, body: made };
    }
    if (method === "GET" && id === undefined) return { status: 200, body: wrap([...held.values()]) };
    const there = id === undefined ? undefined : held.get(id);
    if (there === undefined) return undefined;
    if (method === "DELETE") held.delete(there.id);
    return { status: 200, body: method === "DELETE" ? { id: there.id, is_deleted: true } : there };
  };
  return { answer, fire };
}

interface BatchOperation {
  readonly method: string;
  readonly path: string;
  readonly params?: Record<string, string>;
  readonly body?: string;
  readonly operation_id?: string;
}

/**
 * Mailchimp's batches: run at the first look after they were made, answered as a `.tar.gz` of JSON files.
 * @param run answers one request @param base the service's address
 */
export function batches(run: (asked: Asked) => Reply, base: () => string) {
  const held = new Map<string, { operations: readonly BatchOperation[]; archive?: Buffer; errored: number }>();
  return ({ method, path, body, headers }: Asked): Reply | undefined => {
    const id = path.split("/")[3];
    if (method === "POST" && id === undefined) {
      const name = `batch${held.size + 1}`;
      held.set(name, {
        operations: ((body as { operations?: BatchOperation[] }).operations ?? []) as BatchOperation[],
        errored: 0,
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
    if (batch.archive === undefined) {
      const answers = batch.operations.map((one) => {
        const query = new URLSearchParams(one.params ?? {});
        const reply = run({
          method: one.method,
          path: `/3.0${one.path}`,
          query,
          body: one.body ? JSON.parse(one.body) : undefined,
          headers,
        });
        if (reply.status >= 400) batch.errored += 1;
        return {
          status_code: reply.status,
          operation_id: one.operation_id ?? null,
          response: JSON.stringify(reply.body ?? null),
        };
      });
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

/** One file in the old tar format: a block of 512 bytes that describes it, its bytes in such blocks, two empty ones. */
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
