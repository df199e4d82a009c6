/** The settings with which the program uses the simulated services. */
import type { Worlds } from "./world.ts";

/** Returns the content of an `.env` for the simulated services. */
export function envLines(worlds: Worlds, copper: string, mailchimp: string): string {
  return [
    `COPPER_API_KEY=${worlds.copper.key}`,
    "COPPER_API_EMAIL=admin@exemple.fr",
    `MAILCHIMP_API_KEY=${worlds.mailchimp.key}`,
    "MAILCHIMP_DC=us21",
    `MAILCHIMP_LIST_ID=${worlds.mailchimp.list}`,
    "SYNC_INTERVAL=3600",
    `COPPER_API_URL=${copper}`,
    `MAILCHIMP_API_URL=${mailchimp}`,
  ].join("\n");
}
