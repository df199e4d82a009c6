/** Tests how Copper handles fields: names, custom fields, dates ("Open" in docs/apis/copper.md). */
import { z } from "zod";
import type { Http } from "../http/request.ts";
import type { Question } from "../plan/capabilities.ts";
import { midnightOf } from "./dates.ts";
import { type RawPerson, rawPerson } from "./schema.ts";

const definitions = z.array(z.looseObject({ id: z.number(), data_type: z.string() }));
const account = z.looseObject({ primary_timezone: z.string().nullish() });
/** Custom fields that take any text. */
const TEXTS: readonly string[] = ["String", "Text"];
/** A day in summer, so that daylight saving time shows. */
const DAY = "2025-08-01";

/**
 * Tests the fields of a throwaway person.
 * @param id the person's id
 * @param tell receives each answer; `undefined` if it could not be tested
 */
export async function probeFields(
  http: Http,
  id: number,
  tell: (question: Question, answer: boolean | undefined, detail?: string) => void,
): Promise<void> {
  const put = async (body: unknown): Promise<RawPerson | undefined> => {
    const answer = await http.send("PUT", `/people/${id}`, body);
    return answer.ok ? rawPerson.safeParse(answer.body).data : undefined;
  };
  const get = async (path: string) => {
    const answer = await http.send("GET", path);
    return answer.ok ? answer.body : undefined;
  };
  const named = await put({ name: "Probe Sync", first_name: "Sonde", last_name: "Essai" });
  tell("name-parts", named?.first_name === "Sonde" && named.last_name === "Essai", named === undefined ? "4xx" : "");

  const customs = definitions.safeParse(await get("/custom_field_definitions")).data ?? [];
  const [one, other] = customs.filter((custom) => TEXTS.includes(custom.data_type));
  const values = (person: RawPerson | undefined) =>
    new Map(person?.custom_fields?.map((field) => [field.custom_field_definition_id, field.value]));
  if (one !== undefined && other !== undefined) {
    await put({ custom_fields: [{ custom_field_definition_id: one.id, value: "Probe" }] });
    const after = await put({ custom_fields: [{ custom_field_definition_id: other.id, value: "Probe 2" }] });
    tell(
      "customs-in-part",
      after && values(after).get(one.id) === "Probe" && values(after).get(other.id) === "Probe 2",
    );
  } else tell("customs-in-part", undefined);

  const date = customs.find((custom) => custom.data_type === "Date");
  const zone = account.safeParse(await get("/account")).data?.primary_timezone ?? "UTC";
  const dated =
    date && (await put({ custom_fields: [{ custom_field_definition_id: date.id, value: midnightOf(DAY, zone) }] }));
  const shown = date && values(dated).get(date.id);
  tell(
    "dates-midnight",
    date && dated && Number(shown) === midnightOf(DAY, zone),
    shown === undefined ? undefined : typeof shown,
  );
}
