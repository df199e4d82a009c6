/** Options for the behaviour of the simulated Copper. The default is the harder case. */
export interface CopperOptions {
  /** Returns the time (Unix seconds). */
  now(): number;
  /** Returns the time for the rate limits (ms); tests with a faster clock replace it. */
  ms?(): number;
  readonly port: number;
  /** The delay of each response (ms). */
  readonly latency: number;
  /** Waits for the delay (ms); tests with a faster clock replace it. */
  pause?(ms: number): Promise<void>;
  readonly perMinute: number;
  readonly bulkPerSecond: number;
  /** Whether tags come back in lower case. */
  readonly lowerCaseTags: boolean;
  /** How long the search lags behind writes (s). */
  readonly searchLag: number;
  /** Whether the bounds of date filters are inclusive. */
  readonly inclusiveDates: boolean;
  /** When a new record's `date_modified` changes by itself (s after the creation); 0 for never. */
  readonly enrichAfter: number;
  /** Whether writes through the API trigger webhooks. */
  readonly apiFiresWebhooks: boolean;
  /** What happens to `first_name` and `last_name` in a write; only `name` is documented to work. */
  readonly nameParts: "taken" | "ignored" | "refused";
  /** Whether a write keeps the custom fields that it does not name. */
  readonly customsInPart: boolean;
  /** The status with which a field is refused. */
  readonly refusalStatus: 400 | 403 | 422;
}

/** The defaults, with the harder case of everything that is unknown. */
export const UNKIND_COPPER: Omit<CopperOptions, "now"> = {
  port: 0,
  latency: 0,
  perMinute: 180,
  bulkPerSecond: 3,
  lowerCaseTags: true,
  searchLag: 1,
  inclusiveDates: false,
  enrichAfter: 3,
  apiFiresWebhooks: true,
  nameParts: "ignored",
  customsInPart: false,
  refusalStatus: 422,
};

/** Options for the behaviour of the simulated Mailchimp. The default is the harder case. */
export interface MailchimpOptions {
  /** Returns the time (Unix seconds). */
  now(): number;
  readonly port: number;
  /** The delay of each response (ms). */
  readonly latency: number;
  /** Waits for the delay (ms); tests with a faster clock replace it. */
  pause?(ms: number): Promise<void>;
  readonly connections: number;
  /** Whether a bulk update without a status is refused. */
  readonly refuseUpdateWithoutStatus: boolean;
  /** Whether the bulk request for 500 members skips addresses in a compliance state without an error. */
  readonly silentCompliance: boolean;
  /** How many polls find a batch unfinished. */
  readonly batchLooks: number;
  /** What is accepted as the state of an address without one; an empty text never is. */
  readonly stateTaken: "anything" | "n/a" | "nothing";
  /** Whether texts and tags come back with HTML entities. */
  readonly entities: boolean;
  /** Whether the bulk request for 500 members applies tags. */
  readonly bulkTags: boolean;
}

/** The defaults, with the harder case of everything that is unknown. */
export const UNKIND_MAILCHIMP: Omit<MailchimpOptions, "now"> = {
  port: 0,
  latency: 0,
  connections: 10,
  refuseUpdateWithoutStatus: true,
  silentCompliance: true,
  batchLooks: 2,
  stateTaken: "n/a",
  entities: true,
  bulkTags: true,
};
