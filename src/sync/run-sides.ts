/**
 * Opens both sides for one run. The definitions that were kept (custom fields, merge fields) may turn out to be older
 * than the records: the run then asks for them again, and opens Copper anew by what it is told (V10, V11).
 */
import { deepEqual } from "../domain/deep-equal.ts";
import { type FieldOverride, mapFields } from "../domain/fields.ts";
import { type Filter, traitsFor } from "../domain/filter.ts";
import type { Capabilities } from "../plan/capabilities.ts";
import type { SetUp } from "../ports/facts.ts";
import type { MemberReader, MemberSide, MemberWriter, PeopleReader, PeopleSide, PeopleWriter } from "../ports/sides.ts";
import { type Mapping, Remapped } from "./set-up.ts";

/** Reads both sides. */
export interface Readers {
  /** Returns the reader by the definitions that hold now. Call it each time: `renew` may have changed them since. */
  copper(): PeopleReader;
  readonly mailchimp: MemberReader;
}

/** Writes to both sides. */
export interface Writers {
  readonly copper: Pick<PeopleWriter, "apply">;
  readonly mailchimp: Pick<MemberWriter, "apply">;
}

/** Both sides, open for one run. */
export interface RunSides {
  readonly readers: Readers;
  /** Returns the writers by the definitions that hold now. */
  writers(): Writers;
  /** Returns what is known of the services: what earlier runs found out, and what this one did. */
  capabilities(): Capabilities;
  /**
   * Asks a service for its definitions again. Throws Remapped if other fields go together now.
   * @returns whether they have changed; Copper is then read and written by the new ones
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
  // Not renewed: a filter looks at the same fields from the beginning of a run to its end
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
