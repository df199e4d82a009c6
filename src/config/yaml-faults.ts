/** Faults in `sync.config.yaml`, in a form that helps to fix them: the line, and what was probably meant. */
import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { z } from "zod";
import type { OnFault } from "./env-file.ts";

/** The file's name. */
export const YAML_FILE = "sync.config.yaml";

type Path = readonly (string | number)[];

/**
 * Parses the file so that every value has its line. Throws the parser's first error.
 * @returns `lineOf` gives the line of a path, counted from 1
 */
export function parsedYaml(text: string): { readonly value: unknown; lineOf(path: Path): number | undefined } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "error" });
  if (document.errors[0] !== undefined) throw document.errors[0];
  asWritten(document);
  return {
    value: document.toJS() ?? {},
    lineOf(path) {
      const offset = offsetOf(document, path);
      return offset === undefined ? undefined : lines.linePos(offset).line;
    },
  };
}

/** Keeps settings and filter values as they are written: without quotes, `007` must not become a number. */
function asWritten(document: Document): void {
  const connections = document.get("connections", true);
  const places: Path[] = [["filter"]];
  if (isSeq(connections))
    for (const index of connections.items.keys())
      places.push(["connections", index, "settings"], ["connections", index, "filter"]);
  for (const path of places) {
    const node = document.getIn(path, true);
    if (!isMap(node)) continue;
    visit(node, {
      Scalar(key, scalar) {
        if (key !== "key" && (typeof scalar.value === "number" || typeof scalar.value === "boolean"))
          scalar.value = scalar.source ?? String(scalar.value);
      },
    });
  }
}

/** Returns the offset of the key or item at a path. If that is missing, returns the offset of the nearest parent. */
function offsetOf(document: Document, path: Path): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const last = path[length - 1];
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(last));
      const range = (pair?.key as { range?: readonly number[] | null } | undefined)?.range;
      if (range != null) return range[0];
    }
    const there = document.getIn(path.slice(0, length), true) as { range?: readonly number[] | null } | undefined;
    if (there?.range != null) return there.range[0];
  }
  return undefined;
}

/**
 * Reports each fault in the file's shape.
 * @param issues the faults that the schema found
 * @param lineOf returns the line of a path
 * @param known returns the keys allowed at a path, to suggest the one that was meant
 */
export function shapeFaults(
  issues: readonly z.core.$ZodIssue[],
  lineOf: (path: Path) => number | undefined,
  known: (path: Path) => readonly string[],
  fault: OnFault,
): void {
  for (const issue of issues) {
    const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
    const at = (where: Path) => {
      const line = lineOf(where);
      return line === undefined ? {} : { line };
    };
    if (issue.code === "unrecognized_keys")
      for (const key of issue.keys) {
        const meant = nearest(key, known(path));
        fault(YAML_FILE, "unknown-key", [...path, key].join("."), { ...at([...path, key]), ...(meant && { meant }) });
      }
    else if (issue.message === "key-here") fault(YAML_FILE, "key-here", path.join("."), at(path));
    else {
      const allowed = issue.code === "invalid_value" ? issue.values.map(String).join(", ") : "";
      fault(YAML_FILE, "yaml-value", path.join(".") || issue.message, {
        ...at(path),
        ...(allowed !== "" && { meant: allowed }),
      });
    }
  }
}

/** Returns the known name that is most similar to a name; `undefined` if none is similar enough. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const ranked = known
    .map((one) => ({ one, far: distance(plain(name), plain(one)) }))
    .sort((one, other) => one.far - other.far);
  const [best] = ranked;
  return best !== undefined && best.far <= Math.max(2, Math.floor(name.length / 2)) ? best.one : undefined;
}

/** Returns the edit distance: letters to change, add or remove to turn one text into the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[other.length]!;
}
