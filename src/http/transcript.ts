/**
 * Transcripts of what the services answered, without personal data. Every name, address, number and id is replaced by a
 * stand-in of the same shape. The same value always gets the same stand-in. Only the form stays: field names, kinds of
 * values, statuses, and the services' own words. Pure.
 */
import { DEFAULT_FIELDS } from "../domain/fields.ts";

/** A request with its answer. */
export interface Exchange {
  readonly service: "copper" | "mailchimp";
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly request: unknown;
  readonly status: number;
  /** The body; a text if it is not JSON. */
  readonly response: unknown;
}

/** A transcript in the form in which it is written to a file. */
export interface Transcript {
  readonly schema: 1;
  readonly exchanges: readonly Exchange[];
}

/** Keys whose values are the service's own words, so they stay. */
const WORDS: readonly string[] = [
  "type",
  "data_type",
  "status",
  "category",
  "event",
  "email_type",
  "error_code",
  "available_on",
  "phone_format",
  "date_format",
  "health_status",
  "primary_timezone",
  "sort_by",
  "sort_direction",
];
/** Keys whose values are the service's sentences. Those may quote an address or an id. */
const SENTENCES: readonly string[] = ["detail", "message", "error", "field", "field_message", "instance"];
/** Merge tags that most audiences have. Any other tag may be personal and gets a number. */
const COMMON_TAGS: readonly string[] = [...DEFAULT_FIELDS.map((one) => one.mailchimp), "BIRTHDAY", "EMAIL"];
const EMAIL = /[^\s@<>"',;:()]+@[^\s@<>"',;:()]+/gu;
/** Numbers up to this are counts and sizes, so they stay. */
const SMALL = 999;
const TIMES = { from: 946_684_800, to: 4_102_444_800 };

/**
 * Returns a transcript with stand-ins.
 * @param exchanges requests with their answers
 * @param own texts that the program made up and sent itself; they stay, in any case in which they come back
 */
export function transcriptOf(exchanges: readonly Exchange[], own: readonly string[]): Transcript {
  const standIns = new StandIns(own);
  return {
    schema: 1,
    exchanges: exchanges.map(({ service, method, path, request, status, response }) => ({
      service,
      method,
      path: standIns.path(path),
      request: standIns.value(request),
      status,
      response: standIns.value(response),
    })),
  };
}

class StandIns {
  readonly #own: ReadonlySet<string>;
  readonly #numbers = new Map<number, number>();
  readonly #addresses = new Map<string, string>();
  readonly #tags = new Map<string, string>();
  readonly #ids = new Map<string, string>();

  constructor(own: readonly string[]) {
    this.#own = new Set(own.map((text) => text.toLowerCase()));
  }

  path(path: string): string {
    const [way = "", query = ""] = path.split("?");
    const parts = way
      .split("/")
      .map((part) => (/^[a-z][a-z_-]*$|^$|^v\d$|^\d\.\d$/.test(part) ? part : this.#id(part)));
    const asked = [...new URLSearchParams(query)].map(([name, value]) => [
      name,
      /^(count|offset|fields|sort_|status|skip_)/.test(name) ? value : this.#text(value),
    ]);
    return parts.join("/") + (asked.length === 0 ? "" : `?${new URLSearchParams(asked as [string, string][])}`);
  }

  /**
   * Returns a value of a body with stand-ins.
   * @param key the key under which it stands
   * @param beside the object that contains it
   */
  value(value: unknown, key = "", beside: object = {}): unknown {
    // A list of merge fields describes them, and does not hold their values
    if (Array.isArray(value)) return value.map((one) => this.value(one, typeof one === "object" ? "" : key, beside));
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([name, one]) => [
          key === "merge_fields" ? this.#tag(name) : name,
          this.value(one, name, value),
        ]),
      );
    if (typeof value === "number") return this.#number(value);
    if (typeof value !== "string") return value;
    if (key === "tag" || key === "merge_fields") return this.#tag(value);
    if (WORDS.includes(key) || (key === "title" && "detail" in beside)) return value;
    if (SENTENCES.includes(key)) return this.#sentence(value);
    return this.#text(value);
  }

  #number(value: number): number {
    if (!Number.isInteger(value) || Math.abs(value) <= SMALL) return Number.isInteger(value) ? value : 1.5;
    const there = this.#numbers.get(value);
    if (there !== undefined) return there;
    const isTime = value >= TIMES.from && value < TIMES.to;
    const standIn = (isTime ? 1_700_000_000 : 100_000) + this.#numbers.size;
    this.#numbers.set(value, standIn);
    return standIn;
  }

  #tag(tag: string): string {
    if (COMMON_TAGS.includes(tag) || /^MMERGE\d+$/.test(tag)) return tag;
    return keep(this.#tags, tag, () => `FIELD${this.#tags.size + 1}`);
  }

  #id(text: string): string {
    if (/^\d+$/.test(text)) return String(this.#number(Number(text)));
    return keep(this.#ids, text, () =>
      (this.#ids.size + 1).toString(16).padStart(text.length, "0").slice(-text.length),
    );
  }

  #address(address: string): string {
    const key = address.toLowerCase();
    const plain = keep(this.#addresses, key, () => `person${this.#addresses.size + 1}@example.invalid`);
    return address === key ? plain : address === address.toUpperCase() ? plain.toUpperCase() : plain;
  }

  #sentence(text: string): string {
    return text
      .replace(EMAIL, (address) => this.#address(address))
      .replace(/["“«'][^"”»']*["”»']/gu, (quoted) => shapeOf(quoted))
      .replace(/\d{4,}|[0-9a-f]{8}-[0-9a-f-]{27}/gu, (id) => id.replace(/[0-9a-f]/g, "0"));
  }

  #text(text: string): string {
    if (text === "" || this.#own.has(text.toLowerCase())) return text;
    if (new RegExp(`^${EMAIL.source}$`, "u").test(text)) return this.#address(text);
    if (/^[0-9a-f]{8,64}$/i.test(text)) return this.#id(text);
    if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text))
      return text.replace(/^[\d-]{10}(.)[\d:]{8}/, "2026-01-01$112:00:00");
    if (/^\d{4}-\d\d-\d\d$/.test(text)) return "2026-01-01";
    return shapeOf(text);
  }
}

function keep(known: Map<string, string>, key: string, make: () => string): string {
  const there = known.get(key) ?? make();
  known.set(key, there);
  return there;
}

/**
 * Replaces letters and digits, and keeps all other characters. HTML entities stay, since a transcript should show them.
 */
function shapeOf(text: string): string {
  return text.replace(/&(?:#\d+|#x[\da-f]+|[a-z]+);|\p{Lu}|\p{L}|\p{N}/giu, (sign) => {
    if (sign.startsWith("&")) return sign;
    if (/\p{N}/u.test(sign)) return "0";
    const capital = sign !== sign.toLowerCase();
    const plain = /^[a-z]$/i.test(sign);
    return capital ? (plain ? "X" : "É") : plain ? "x" : "é";
  });
}
