/**
 * Both sides as one run reads and writes them. What a service defines (custom fields, merge fields) may turn out to be
 * older than its records: then it is asked for again in the same run, and Copper is opened anew by it (V10, V11).
 */
import { deepEqual } from "../domain/deep-equal.ts";
import { type FieldOverride, mapFields } from "../domain/fields.ts";
import { type Filter, traitsFor } from "../domain/filter.ts";
import type { Capabilities } from "../plan/capabilities.ts";
import type { MemberReader, MemberSide, MemberWriter, PeopleReader, PeopleSide, PeopleWriter } from "../ports/sides.ts";
import { type Mapping, Remapped, type SetUp } from "./set-up.ts";

/** What reads both sides. */
export interface Readers {
  /** Returns the reader by the definitions that hold by now: `renew` may have changed them since it was asked last. */
  copper(): PeopleReader;
  readonly mailchimp: MemberReader;
}

/** What writes to both sides. */
export interface Writers {
  readonly copper: Pick<PeopleWriter, "apply">;
  readonly mailchimp: Pick<MemberWriter, "apply">;
}

/** Both sides, opened. */
export interface RunSides {
  readonly readers: Readers;
  /** Returns what writes by the definitions that hold by now. */
  writers(): Writers;
  /** Returns what is known of the services by now: what earlier runs found out, and what this one did. */
  capabilities(): Capabilities;
  /**
   * Asks for a side's definitions again. Throws Remapped if other fields go together by now.
   * @returns whether they are others; Copper is then read and written by them
   */
  renew(side: "copper" | "mailchimp"): Promise<boolean>;
}

/** What both sides are opened with. */
export interface OpenedWith {
  /** What the run goes by. */
  readonly mapping: Mapping;
  /** The lines of the mapping. */
  readonly fieldOverrides: readonly FieldOverride[];
  /** For whom the audience is. */
  readonly filter: Filter | undefined;
  /** The account's time zone (an IANA name). */
  readonly zone: string;
  readonly capabilities: Capabilities;
  /** Aborted when the run is to end. */
  readonly stop: AbortSignal;
}

/** Opens both sides. Throws UnknownFilterError. */
export function openSides(
  copper: PeopleSide,
  mailchimp: MemberSide,
  { mapping, fieldOverrides, filter, zone, capabilities, stop }: OpenedWith,
): RunSides {
  const { mapped } = mapping;
  // What a filter looks at stays what it was when the run began
  const traits = traitsFor(filter, mapping.setUp);
  const openCopper = ({ customs }: SetUp) => copper.open({ mapped, customs, zone, traits, capabilities }, stop);
  const pairsOf = (one: SetUp) => mapFields(fieldOverrides, one.merges, one.customs).mapped.map(({ pair }) => pair);
  let { setUp } = mapping;
  let people = openCopper(setUp);
  const members = mailchimp.open({ mapped, capabilities }, stop);
  return {
    readers: { copper: () => people.reader, mailchimp: members.reader },
    writers: () => ({ copper: people.writer, mailchimp: members.writer }),
    capabilities: () => ({ ...capabilities, ...members.writer.capabilities(), ...people.writer.capabilities() }),
    async renew(side) {
      const next: SetUp =
        side === "copper"
          ? { ...setUp, customs: await copper.customFields() }
          : { ...setUp, merges: await mailchimp.mergeFields() };
      if (!deepEqual(pairsOf(next), pairsOf(setUp))) throw new Remapped(next);
      const others = !deepEqual(next, setUp);
      setUp = next;
      if (others && side === "copper") people = openCopper(next);
      return others;
    },
  };
}
