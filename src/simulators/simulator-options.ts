/** What the simulated services may be told to be like; the less kind answer by default. */
export interface CopperOptions {
  /** Unix seconds. */
  now(): number;
  /** Milliseconds by which the limits are counted; another clock for worlds whose time is sped up. */
  ms?(): number;
  readonly port: number;
  /** Milliseconds. */
  readonly latency: number;
  /** Lets the latency pass; another clock for worlds whose time is sped up. */
  pause?(ms: number): Promise<void>;
  readonly perMinute: number;
  readonly bulkPerSecond: number;
  /** Tags come back in lower case. */
  readonly lowerCaseTags: boolean;
  /** Seconds by which the search lags behind writes. */
  readonly searchLag: number;
  /** Whether the bounds of the date filters are inclusive. */
  readonly inclusiveDates: boolean;
  /** Seconds after which a new record's `date_modified` moves by itself; 0 for never. */
  readonly enrichAfter: number;
  /** Whether writes by the API fire webhooks. */
  readonly apiFiresWebhooks: boolean;
  /** What becomes of `first_name` and `last_name` in a write: a name can surely be written as `name` only. */
  readonly nameParts: "taken" | "ignored" | "refused";
  /** Custom fields that a write does not name stay as they are. */
  readonly customsInPart: boolean;
  /** Under which status a field is refused. */
  readonly refusalStatus: 400 | 403 | 422;
}

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

export interface MailchimpOptions {
  /** Unix seconds. */
  now(): number;
  readonly port: number;
  /** Milliseconds. */
  readonly latency: number;
  /** Lets the latency pass; another clock for worlds whose time is sped up. */
  pause?(ms: number): Promise<void>;
  readonly connections: number;
  /** A bulk update without a status is refused. */
  readonly refuseUpdateWithoutStatus: boolean;
  /** The 500-batch passes over compliance states in silence. */
  readonly silentCompliance: boolean;
  /** Looks at a batch before it is finished. */
  readonly batchLooks: number;
  /** What is taken for the state of an address that has none; an empty one never is. */
  readonly stateTaken: "anything" | "n/a" | "nothing";
  /** Texts and tags come back with HTML entities. */
  readonly entities: boolean;
  /** Tags in the 500-batch are taken. */
  readonly bulkTags: boolean;
}

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
