/**
 * Alerts about an unreachable service, which affects all its connections. Each place is told once, at the second
 * failure in a row of any connection, and once more when the service is back.
 */
import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import type { Texts } from "../i18n/texts.ts";
import { anyChannel, type Channels } from "../notify/channels.ts";
import { subjectOf } from "../notify/message.ts";
import type { StoredConnection } from "../ports/connection-repository.ts";
import { SERVICES, type Service, serviceName } from "../services/services.ts";
import type { Tables } from "../store/tables.ts";

/** The stored state of an outage, shared by all connections. */
interface Outage {
  /** Failures in a row, by connection id. */
  readonly failures: Readonly<Record<string, number>>;
  /** Digests of the channels that were told; the channels themselves are secret. */
  readonly told: readonly string[];
}
const NONE: Outage = { failures: {}, told: [] };
/** The number of failures in a row from which an alert is sent; a single one may be a short disturbance. */
const ALERT_FROM = 2;

/** The connection concerned, and the channels to notify. */
interface Concerned {
  readonly database: Kysely<Tables>;
  readonly connection: Pick<StoredConnection, "id" | "name">;
  readonly channels: Channels;
  readonly t: Texts;
  say(line: string): void;
}

const digestOf = (channels: Channels) => createHash("sha256").update(JSON.stringify(channels)).digest("hex");

/** Changes the stored state in one transaction, with a row lock against other workers. */
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
      // Create the row first, so that there is something to lock
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

/** Records that a connection could not reach a service, and sends an alert if it is due. */
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

/** Records that a connection reached both services, and sends an alert if an outage is over. */
export async function servicesBack(concerned: Concerned): Promise<void> {
  const { database, connection, channels } = concerned;
  const here = digestOf(channels);
  for (const service of SERVICES) {
    const tell = await change(database, service, ({ failures, told }) => {
      const { [connection.id]: mine, ...others } = failures;
      const over = mine !== undefined && told.includes(here);
      // Reset the counts of the others, which have not run since
      return over
        ? { outage: { failures: {}, told: told.filter((one) => one !== here) }, told: true }
        : { outage: { failures: others, told }, told: false };
    });
    if (tell) await send(service, "back", concerned);
  }
}

async function send(service: Service, what: "away" | "back", { connection, channels, t, say }: Concerned) {
  if (!anyChannel(channels)) return;
  const values = { service: serviceName(service), name: connection.name };
  const { sendEverywhere } = await import("../notify/send.ts");
  const message = {
    subject: subjectOf("", t(`outage.${what}`, values)),
    text: t(`outage.${what}.text`, values),
  };
  for (const line of await sendEverywhere(channels, message)) say(`notify ${line}`);
}
