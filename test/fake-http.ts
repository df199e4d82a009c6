/** A service that answers each request as a test says, without any connection. */
import type { Answer, Refused } from "../src/http/answer.ts";
import type { Http, SendOptions } from "../src/http/request.ts";

/** A request that was sent. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly how?: SendOptions | undefined;
}

/** More requests than any test needs: the program would never end by itself. */
const ENDLESS = 500;

/**
 * @param answer the answer to a request; also receives how many there were before
 * @param some what else is not as usual: by default the program goes on
 * @returns the client, the requests, and the waits (ms)
 */
export function fakeHttp(answer: (asked: Asked, before: number) => Answer, some: Partial<Http> = {}) {
  const asked: Asked[] = [];
  const waits: number[] = [];
  const http = {
    stopped: () => false,
    async wait(ms: number) {
      waits.push(ms);
    },
    async send(method: string, path: string, body?: unknown, how?: SendOptions) {
      const one = { method, path, body, how };
      asked.push(one);
      if (asked.length > ENDLESS) throw new Error(`${ENDLESS} requests, and no end`);
      return answer(one, asked.length - 1);
    },
    ...some,
  } as unknown as Http;
  return { http, asked, waits };
}

export const ok = (body: unknown = {}): Answer => ({ ok: true, body });
export const refused = (status: number, body: unknown = undefined, text = "no"): Refused => ({
  ok: false,
  status,
  body,
  text,
});
