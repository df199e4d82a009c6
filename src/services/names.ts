/** The names of the two services, as people know them. */
const NAMES = { copper: "Copper", mailchimp: "Mailchimp" } as const;

/** A service, by the name of its side. */
export type Service = keyof typeof NAMES;

/** Both services. */
export const SERVICES: readonly Service[] = ["copper", "mailchimp"];

/** Returns the name of a side's service. */
export function serviceName(side: Service): string {
  return NAMES[side];
}
