/**
 * Opens both sides for one run. The stored definitions (custom fields, merge fields) may be older than the records.
 * Then the run reads them again, and opens Copper with the new ones (V10, V11).
 */
import { deepEqual } from "../domain/deep-equal.ts";
import { type FieldOverride, mapFields } from "../domain/fields.ts";
import { type Filter, traitsFor } from "../domain/filter.ts";
import type { Capabilities } from "../plan/capabilities.ts";
import type { SetUp } from "../ports/facts.ts";
import type { MemberReader, MemberSide, MemberWriter, PeopleReader, PeopleSide, PeopleWriter } from "../ports/sides.ts";
import { type Mapping, Remapped } from "./field-definitions.ts";

/** Reads both sides. */
export interface Readers {
  /** Returns the reader with the current definitions. Call it each time: `renew` may have changed them since. */
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
  /** Returns the writers with the current definitions. */
  writers(): Writers;
  /** Returns the capabilities of the services, found by earlier runs and by this one. */
  capabilities(): Capabilities;
  /**
   * Reads a service's definitions again. Throws Remapped if other fields are mapped now, and ServiceError.
   * @returns whether they have changed since the run began, so that what it read before may be unclear; Copper is then
   * read and written with the new ones
   */
  renew(side: "copper" | "mailchimp"): Promise<boolean>;
}

/** What `openSides` needs besides the two sides. */
export interface OpenedWith {
  readonly mapping: Mapping;
  /** The lines of the mapping in the settings. */
  readonly fieldOverrides: readonly FieldOverride[];
  /** Which people belong to the audience; `undefined` for all. */
  readonly filter: Filter | undefined;
  /** The account's time zone (an IANA name). */
  readonly zone: string;
  readonly capabilities: Capabilities;
  /** Aborts when the run is to end. */
  readonly stop: AbortSignal;
}

/** Opens both sides. Throws UnknownFilterError. */
export function openSides(
  copper: PeopleSide,
  mailchimp: MemberSide,
  { mapping, fieldOverrides, filter, zone, capabilities, stop }: OpenedWith,
): RunSides {
  const { mapped } = mapping;
  // Computed once: the filter uses the same fields during a whole run
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
      if (side === "copper" && !deepEqual(next, setUp)) people = openCopper(next);
      setUp = next;
      // Changes that were gathered before stay unclear, also if a second reading of this run asks for them (V11)
      const part = side === "copper" ? "customs" : "merges";
      return !deepEqual(next[part], mapping.setUp[part]);
    },
  };
}
