/**
 * A sample of Copper's people for the set-up: names, what filters look at, and a few values of each field. It stays in
 * memory and ends with the set-up.
 */
import { addressKey, canBeAddress, mailable } from "../domain/address.ts";
import type { Person } from "../domain/contact.ts";
import { toMailchimp } from "../domain/conversions.ts";
import { isDeletionTag } from "../domain/deletion-tag.ts";
import type { MappedField, Unsendable } from "../domain/fields.ts";
import { belongs, CONTACT_TYPE, type Filter } from "../domain/filter.ts";
import { DEFAULT_TAG_NAMES, isOwnTag, tagKey } from "../domain/tags.ts";
import { isBlank, shownField, showValue, type Value } from "../domain/values.ts";

/** A person, as far as the set-up needs them. */
export interface SampledPerson extends Pick<Person, "tags" | "traits"> {
  readonly name: string;
  /** The first address that can receive mail; "" for none. */
  readonly address: string;
}

/** A value and the name of its person. */
interface Seen {
  readonly who: string;
  readonly value: Value;
}

/** A real value, and how it is converted or why it cannot be sent. */
export interface Example {
  readonly who: string;
  readonly value: string;
  readonly becomes: { readonly text: string } | { readonly why: Unsendable };
}

/** The most different values of each field that are kept, and the most examples that are shown. */
const KEPT = 40;
const SHOWN = 5;

/** The people read so far. */
export class PeopleSample {
  readonly people = new Map<number, SampledPerson>();
  private readonly values = new Map<string, Map<string, Seen>>();

  /** Adds a page of people. @returns how many of them are new */
  addPage(page: readonly Person[]): number {
    const before = this.people.size;
    for (const person of page) {
      const address = person.emails.map(mailable).find(canBeAddress) ?? "";
      const { id, name, tags, traits, fields } = person;
      this.people.set(id, { name, address, tags, ...(traits && { traits }) });
      for (const copper of Object.keys(fields)) this.keep(copper, name || address, shownField(fields, copper));
    }
    return this.people.size - before;
  }

  private keep(copper: string, who: string, value: Value | null): void {
    if (value === null || isBlank(value)) return;
    const there = this.values.get(copper) ?? new Map<string, Seen>();
    const key = showValue(value);
    if (there.size < KEPT && !there.has(key)) there.set(key, { who, value });
    this.values.set(copper, there);
  }

  /** Returns up to five converted values, those that cannot be sent first. */
  examples(field: MappedField): Example[] {
    const all = [...(this.values.get(field.copper)?.values() ?? [])].map(({ who, value }): Example => {
      const sent = toMailchimp(field, value);
      const becomes = sent.ok ? { text: showValue(sent.value) } : { why: sent.why };
      return { who, value: showValue(value), becomes };
    });
    // Keep one place for a value that works, as a comparison
    const cannot = all.filter((one) => "why" in one.becomes);
    return [...cannot.slice(0, SHOWN - 1), ...all.filter((one) => "text" in one.becomes)].slice(0, SHOWN);
  }

  /** Returns how many people take part, and how many of them have a usable address. */
  count(filter: Filter | undefined): { readonly people: number; readonly withAddress: number } {
    const inside = [...this.people.values()].filter((one) => belongs(one, filter));
    return { people: inside.length, withAddress: inside.filter((one) => one.address !== "").length };
  }

  /** Returns tags or contact types with the number of their people, the most frequent first. */
  frequent(what: "tags" | "contactTypes"): { readonly name: string; readonly count: number }[] {
    const found = new Map<string, { name: string; count: number }>();
    for (const { tags, traits = {} } of this.people.values()) {
      const names = what === "tags" ? tags : [traits[CONTACT_TYPE] ?? ""];
      for (const name of names) {
        // Skip deletion tags and the program's own tags, since they are no groups
        if (name === "" || (what === "tags" && isOwnTag(name, DEFAULT_TAG_NAMES))) continue;
        const one = found.get(tagKey(name)) ?? { name, count: 0 };
        one.count += 1;
        found.set(tagKey(name), one);
      }
    }
    return [...found.values()].sort((one, other) => other.count - one.count || one.name.localeCompare(other.name));
  }

  /** Returns people who take part, have a usable address and match a search. @param most the most results */
  find(text: string, filter: Filter | undefined, most: number): SampledPerson[] {
    const plain = (one: string) => one.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const wanted = plain(text.trim());
    const found: SampledPerson[] = [];
    for (const one of this.people.values()) {
      if (found.length === most) break;
      const marked = one.tags.some((tag) => isDeletionTag(tag));
      const fits = one.address !== "" && !marked && belongs(one, filter);
      if (fits && (plain(one.name).includes(wanted) || plain(one.address).includes(wanted))) found.push(one);
    }
    return found;
  }

  /**
   * Returns the people whom `ONLY` would also match: it contains parts of addresses, and one may be part of another.
   */
  besides(addresses: readonly string[]): SampledPerson[] {
    const chosen = addresses.map(addressKey);
    return [...this.people.values()].filter(({ address }) => {
      const key = addressKey(address);
      return !chosen.includes(key) && chosen.some((one) => key.includes(one));
    });
  }
}
