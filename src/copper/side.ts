/**
 * Implements the port `PeopleSide` for Copper. Reading is in `reader.ts`, writing in `writer.ts`. The schemas below
 * keep only what the program uses ("Reaching it" and "Custom fields" in docs/apis/copper.md).
 */
import { z } from "zod";
import { NO_TRAITS } from "../domain/filter.ts";
import { internPool } from "../domain/intern.ts";
import type { Http } from "../http/request.ts";
import type { PeopleMapping, PeopleSide } from "../ports/sides.ts";
import { copperClient } from "./client.ts";
import { leavingWriter } from "./delete-restore-person.ts";
import { personReader } from "./reader.ts";
import { type RawPerson, toPerson } from "./schema.ts";
import { personWriter } from "./writer.ts";

const rawCustoms = z.array(
  z.looseObject({
    id: z.number(),
    name: z.string(),
    data_type: z.string(),
    options: z.array(z.looseObject({ id: z.coerce.number(), name: z.string() })).nullish(),
  }),
);
const rawAccount = z.looseObject({
  id: z.number(),
  primary_timezone: z.string().nullish(),
  settings: z.looseObject({ setting_team_permissions_enabled: z.boolean().nullish() }).nullish(),
});
const rawContactTypes = z.array(z.looseObject({ id: z.number(), name: z.string() }));

/** Mapping for fetching one person, without any mapped field. */
const UNMAPPED: PeopleMapping = { mapped: [], customs: [], zone: "UTC" };

/**
 * Creates the Copper side.
 * @param http sends requests with the key and the account's limits
 * @param bulkPerSecond Copper's limit for bulk requests (per second)
 */
export function copperSide(http: Http, bulkPerSecond: number): PeopleSide {
  const client = copperClient(http);
  const pool = internPool();
  /** Returns a mapping with its translation of records. */
  const translator = ({ traits = NO_TRAITS, ...mapping }: PeopleMapping) => {
    const reading = { ...mapping, traits };
    return { reading, person: (raw: RawPerson) => toPerson(raw, reading, pool) };
  };

  /** Fetches the definitions of custom fields. Throws ServiceError. */
  async function customFields() {
    const list = await client.need("GET", "/custom_field_definitions", rawCustoms);
    return list.map((one) => ({ id: one.id, name: one.name, dataType: one.data_type, options: one.options ?? [] }));
  }

  return {
    requests: http.requests,
    async identity() {
      const { id, settings, primary_timezone } = await client.need("GET", "/account", rawAccount);
      const byTeam = settings?.setting_team_permissions_enabled ?? false;
      return { id: String(id), byTeam, zone: primary_timezone ?? "UTC" };
    },
    customFields,
    async contactTypes() {
      const list = await client.need("GET", "/contact_types", rawContactTypes);
      return new Map(list.map(({ id, name }) => [id, name]));
    },
    async fetch(id) {
      const found = await client.get(id);
      return found && "raw" in found ? { person: translator(UNMAPPED).person(found.raw), raw: found.raw } : found;
    },
    open(mapping, stop) {
      const { reading, person } = translator(mapping);
      const leave = leavingWriter({ http, search: client.search, customs: customFields, person, stop });
      return {
        reader: personReader(client, person, stop),
        writer: personWriter({
          http,
          bulkPerSecond,
          reading,
          person,
          client,
          known: mapping.capabilities ?? {},
          leave,
          stop,
        }),
      };
    },
  };
}
