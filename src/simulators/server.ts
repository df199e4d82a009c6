/** An HTTP server on this machine for the simulators: limits, faults on demand, and a log of the requests. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A parsed request. */
export interface SimRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A response to send; JSON unless `html` or `raw` is set. */
export interface SimResponse {
  readonly status: number;
  readonly body?: unknown;
  readonly html?: string;
  /** A binary body. */
  readonly raw?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A fault. With "after", the request has taken effect. */
export type Fault =
  | { readonly reply: SimResponse; readonly when: "before" | "after" }
  | { readonly reset: "before" | "after" }
  | { readonly truncated: true }
  | { readonly slow: number };

/** The limits of a service, and hooks for tests. */
export interface ServiceOptions {
  readonly port: number;
  /** The delay of each response (ms). */
  readonly latency: number;
  /** Waits for the delay (ms); tests with a faster clock replace it. */
  pause?(ms: number): Promise<void>;
  /** The most simultaneous requests; further ones get `tooMany`. */
  readonly connections: number;
  readonly tooMany: SimResponse;
  fault?(asked: SimRequest): Fault | undefined;
  /** Runs just before a request is handled, to change data as another user would. */
  before?(asked: SimRequest): void | Promise<void>;
}

/** A running service. */
export interface Service {
  readonly url: string;
  /** All requests so far. */
  readonly asked: SimRequest[];
  /** Returns a request's fault. Can be set at any time. */
  fault: ((asked: SimRequest) => Fault | undefined) | undefined;
  before: ((asked: SimRequest) => void | Promise<void>) | undefined;
  /** Replaces the response after the request took effect. Can be set at any time. */
  bend: ((asked: SimRequest, reply: SimResponse) => SimResponse) | undefined;
  close(): Promise<void>;
}

/**
 * Returns a counter that tells whether another request is within the limit of a rolling window.
 * @param length the length of the window (ms)
 * @param most the most requests in it
 * @param now returns the time (ms)
 */
export function window(length: number, most: number, now: () => number): () => boolean {
  const times: number[] = [];
  return () => {
    const at = now();
    while (times.length > 0 && times[0]! <= at - length) times.shift();
    times.push(at);
    return times.length <= most;
  };
}

/**
 * Starts a server.
 * @param handle answers a request that is within the limits
 */
export async function serve(
  options: ServiceOptions,
  handle: (asked: SimRequest) => SimResponse | Promise<SimResponse>,
): Promise<Service> {
  const asked: SimRequest[] = [];
  let busy = 0;
  const pause = options.pause ?? ((ms: number) => new Promise<void>((done) => setTimeout(done, ms)));
  const own: Service = {
    url: "",
    asked,
    fault: options.fault,
    before: options.before,
    bend: undefined,
    close: async () => undefined,
  };
  const server: Server = createServer((request, response) => {
    void answer(request, response);
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const one = await readRequest(request);
    asked.push(one);
    // Count requests in flight, for the limit of simultaneous ones
    busy += 1;
    try {
      if (options.latency > 0) await pause(options.latency);
      const fault = own.fault?.(one);
      if (await endsBefore(fault, request, response)) return;
      await own.before?.(one);
      const right = busy > options.connections ? options.tooMany : await handle(one);
      const reply = own.bend?.(one, right) ?? right;
      answerWith(fault, reply, request, response);
    } finally {
      busy -= 1;
    }
  }
  await new Promise<void>((ready) => server.listen(options.port, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return Object.assign(own, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        // Clients keep connections open, which would block the end of the tests
        server.closeAllConnections();
      }),
  });
}

/** Reads a request with its body. */
async function readRequest(request: IncomingMessage): Promise<SimRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? "/", "http://loopback");
  const text = Buffer.concat(chunks).toString();
  return {
    method: request.method ?? "GET",
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    body: text === "" ? undefined : parse(text),
    headers: request.headers,
  };
}

/** Applies a fault that comes before the request is handled. @returns whether the request ends with it */
async function endsBefore(
  fault: Fault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (fault === undefined) return false;
  if ("slow" in fault) await new Promise((done) => setTimeout(done, fault.slow));
  if ("reset" in fault && fault.reset === "before") request.socket.destroy();
  else if ("reply" in fault && fault.when === "before") send(response, fault.reply);
  else return false;
  return true;
}

/** Sends the reply, or what a fault puts in its place. */
function answerWith(
  fault: Fault | undefined,
  reply: SimResponse,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (fault && "reset" in fault) request.socket.destroy();
  else if (fault && "reply" in fault) send(response, fault.reply);
  else if (fault && "truncated" in fault) {
    // Promise more bytes than are sent, then close the connection
    response.writeHead(reply.status, { "content-type": "application/json", "content-length": "1000000" });
    response.write(JSON.stringify(reply.body ?? null).slice(0, 20));
    setTimeout(() => request.socket.destroy(), 5);
  } else send(response, reply);
}

function send(response: ServerResponse, reply: SimResponse): void {
  if (reply.html !== undefined)
    response.writeHead(reply.status, { "content-type": "text/html", ...reply.headers }).end(reply.html);
  else if (reply.raw !== undefined)
    response.writeHead(reply.status, { "content-type": "application/x-gzip" }).end(reply.raw);
  else if (reply.body === undefined) response.writeHead(reply.status, { ...reply.headers }).end();
  else
    response
      .writeHead(reply.status, { "content-type": "application/json; charset=utf-8", ...reply.headers })
      .end(JSON.stringify(reply.body));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
