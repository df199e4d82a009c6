/** Answers of a service, and what a response means: a result, a refusal, or a reason to try again (A4). */

/** A service that cannot be used: it refused the key, or stayed unreachable through all tries, for example. Exit 5. */
export class ServiceError extends Error {
  readonly service: "copper" | "mailchimp";
  readonly code: "credentials" | "unreachable" | "missing" | "unreadable" | "deactivated";
  /** The HTTP status of the last answer; `undefined` if there was none. */
  readonly status: number | undefined;
  constructor(service: "copper" | "mailchimp", code: ServiceError["code"], detail: string, status?: number) {
    super(detail);
    this.service = service;
    this.code = code;
    this.status = status;
  }
}

/**
 * An answer that is not a success. A value and not an exception, so that one contact's failure does not stop a run
 * (A3).
 */
export interface Refused {
  readonly ok: false;
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  /** Whether there were earlier tries, whose effect is not known. */
  readonly repeated?: boolean;
}
/** The status of a create without a usable answer: it may have had its effect (A2). */
export const LOST = 599;
/** The answer to a request. */
export type Answer = { readonly ok: true; readonly body: unknown } | Refused;

/** The effect of a request: it reads, it can be repeated without harm, or it creates something each time. */
export type Effect = "read" | "idempotent" | "create";

/** A response as it arrived. */
export interface RawResponse {
  readonly status: number;
  readonly text: string;
  /** The parsed text; `undefined` if it is not JSON. */
  readonly body: unknown;
  /** The response's `Retry-After` (s). */
  readonly retryAfter?: number;
}

/** A reason to try again. */
export interface Again {
  /** What went wrong, for the error after the last try. */
  readonly again: string;
  readonly status?: number;
  /** Whether the service answered that there were too many requests. */
  readonly flood?: boolean;
  readonly retryAfter?: number | undefined;
}

/**
 * Decides what a response means.
 *
 *   | response                                      | becomes                                       |
 *   |-----------------------------------------------|-----------------------------------------------|
 *   | 401                                           | ServiceError: the key is refused              |
 *   | below 300, with JSON or nothing               | a result                                      |
 *   | 429, or 403 without JSON: too many requests   | another try, after a longer wait              |
 *   | 500 and above, or a page instead of JSON      | another try; `LOST` if the request creates    |
 *   | any other                                     | a refusal                                     |
 *
 * Mailchimp may answer too many requests with 403 without JSON ("Reaching it" in docs/apis/mailchimp.md).
 * @param repeated whether there were earlier tries, whose effect is not known
 * @throws ServiceError
 */
export function answerOf(
  service: ServiceError["service"],
  { status, text, body, retryAfter }: RawResponse,
  effect: Effect,
  repeated: boolean,
): Answer | Again {
  if (status === 401) throw new ServiceError(service, "credentials", "401", 401);
  const flood = status === 429 || (status === 403 && body === undefined);
  const html = body === undefined && text.trim() !== "";
  if (status < 300 && !html) return { ok: true, body };
  if (!flood && status < 500 && !html) return { ok: false, status, body, text, repeated };
  const again = `HTTP ${status}${html ? " (HTML)" : ""}`;
  // The create may have taken effect, so the caller must look before it sends it again (A2)
  if (effect === "create" && !flood) return { ok: false, status: LOST, body, text: again };
  return { again, status, flood, retryAfter };
}

/**
 * Decides what it means if no response came.
 * @param why the error's code or message
 */
export function unanswered(why: string, effect: Effect): Answer | Again {
  // Without a connection, the request had no effect
  const sent = !/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT/.test(why);
  return effect === "create" && sent ? { ok: false, status: LOST, body: undefined, text: why } : { again: why };
}

/** Parses JSON; `undefined` if the text is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
