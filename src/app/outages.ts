/**
 * A service that is away concerns every connection that uses it: it is told once at the second failure in a row of any
 * of them, to each place that is to be told, and once more when it is over.
 */
import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import type { TextKey, Texts } from "../i18n/texts.ts";
import { anyChannel, type Channels } from "../notify/channels.ts";
import { subjectOf } from "../notify/message.ts";
import type { StoredConnection } from "../ports/connection-repository.ts";
import type { Tables } from "../store/tables.ts";

export type Service = "copper" | "mailchimp";
export const SERVICES: readonly Service[] = ["copper", "mailchimp"];

/** What is kept of an outage, in common for all. */
interface Outage {
  /** Failures in a row, by the connections' ids. */
  readonly failures: Readonly<Record<string, number>>;
  /** Digests of the channels that have been told: the channels themselves are secret. */
  readonly told: readonly string[];
}
const NONE: Outage = { failures: {}, told: [] };
/** From this failure in a row on it is no hiccup. */
const ALERT_FROM = 2;

/** Of whom is told, and where. */
interface Concerned {
  readonly database: Kysely<Tables>;
  readonly connection: Pick<StoredConnection, "id" | "name">;
  readonly channels: Channels;
  readonly t: Texts;
  say(line: string): void;
}

const digestOf = (channels: Channels) => createHash("sha256").update(JSON.stringify(channels)).digest("hex");

/** Changes what is kept of an outage, no other worker in between. */
function change<T>(
  database: Kysely<Tables>,
  service: Service,
  work: (outage: Outage) => { readonly outage: Outage; readonly told: T },
): Promise<T> {
  const key = `outage ${service}`;
  return database.transaction().execute(async (on) => {
    await on
      .insertInto("facts")
      .values({ connection: "", key, json: JSON.stringify(NONE) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const row = await on
      .selectFrom("facts")
      .select("json")
      .where("connection", "=", "")
      .where("key", "=", key)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const { outage, told } = work(JSON.parse(row.json) as Outage);
    await on
      .updateTable("facts")
      .set({ json: JSON.stringify(outage) })
      .where("connection", "=", "")
      .where("key", "=", key)
      .execute();
    return told;
  });
}

/** A connection could not reach a service. */
export async function serviceAway(service: Service, concerned: Concerned): Promise<void> {
  const { database, connection, channels } = concerned;
  const here = digestOf(channels);
  const tell = await change(database, service, ({ failures, told }) => {
    const times = (failures[connection.id] ?? 0) + 1;
    const now = times >= ALERT_FROM && !told.includes(here);
    return {
      outage: { failures: { ...failures, [connection.id]: times }, told: now ? [...told, here] : told },
      told: now,
    };
  });
  if (tell) await send(service, "away", concerned);
}

/** A connection has reached both services again. */
export async function servicesBack(concerned: Concerned): Promise<void> {
  const { database, connection, channels } = concerned;
  const here = digestOf(channels);
  for (const service of SERVICES) {
    const tell = await change(database, service, ({ failures, told }) => {
      const { [connection.id]: mine, ...others } = failures;
      const over = mine !== undefined && told.includes(here);
      // Those that have not run since begin to count anew
      return over
        ? { outage: { failures: {}, told: told.filter((one) => one !== here) }, told: true }
        : { outage: { failures: others, told }, told: false };
    });
    if (tell) await send(service, "back", concerned);
  }
}

async function send(service: Service, what: "away" | "back", { connection, channels, t, say }: Concerned) {
  if (!anyChannel(channels)) return;
  const values = { service: service === "copper" ? "Copper" : "Mailchimp", name: connection.name };
  const { sendEverywhere } = await import("../notify/send.ts");
  const message = {
    subject: subjectOf("", t(`outage.${what}`, values)),
    text: t(`outage.${what}.text` as TextKey, values),
  };
  for (const line of await sendEverywhere(channels, message)) say(`notify ${line}`);
}
