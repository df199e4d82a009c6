/** The numeric options of `simulate`; apart, since the help text needs the defaults. */
import { UNKIND_COPPER, UNKIND_MAILCHIMP } from "../simulators/simulator-options.ts";

/** The numeric options, with their defaults. */
export const SIMULATE_NUMBERS = {
  people: 300,
  seed: 1,
  copperPort: 0,
  mailchimpPort: 0,
  latency: 0,
  perMinute: UNKIND_COPPER.perMinute,
  bulkPerSecond: UNKIND_COPPER.bulkPerSecond,
  connections: UNKIND_MAILCHIMP.connections,
} as const;
