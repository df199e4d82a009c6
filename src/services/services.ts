/** The two services: Copper with the people, Mailchimp with the members. */
import { COPPER } from "./copper.ts";
import { MAILCHIMP } from "./mailchimp.ts";
import type { MembersDescription, ServiceDescription } from "./service-description.ts";

// With the interfaces, so that callers pass what another service would need
const DESCRIPTIONS: {
  readonly copper: typeof COPPER & ServiceDescription;
  readonly mailchimp: typeof MAILCHIMP & MembersDescription;
} = { copper: COPPER, mailchimp: MAILCHIMP };

/** A service, by the name of its side. */
export type Service = keyof typeof DESCRIPTIONS;

/** Both services. */
export const SERVICES: readonly Service[] = ["copper", "mailchimp"];

/** Returns what is known of a service. */
export function describe<Side extends Service>(side: Side): (typeof DESCRIPTIONS)[Side] {
  return DESCRIPTIONS[side];
}

/** Returns the name of a side's service. */
export function serviceName(side: Service): string {
  return DESCRIPTIONS[side].name;
}

/** What the program is called where people see it. */
export const TITLE = `${COPPER.name} ↔ ${MAILCHIMP.name}`;

/** Returns whether a setting says which account and audience a connection has. Another value makes it another one. */
export function isPlace(setting: string): boolean {
  return SERVICES.some((side) => DESCRIPTIONS[side].place.some((one) => one === setting));
}
