/** What is wrong with `sync.config.yaml`, in a form in which it can be put right: the line, and what was probably meant. */
import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { z } from "zod";
import type { OnFault } from "./env-file.ts";

/** The file's name. */
export const YAML_FILE = "sync.config.yaml";

type Path = readonly (string | number)[];

/** The file's text, parsed so that every value knows its line. Throws what the parser says of it. */
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

/** Settings and what a filter names may stand without quotes: they are taken to the letter, so that `007` stays that. */
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

/** Where the key or the item that a path leads to begins; what is missing is looked for where it should be. */
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

/** Tells of each fault that the file's shape has. @param known the keys that may stand at a path */
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

/** Returns the known name that is most like one, where any is. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const ranked = known
    .map((one) => ({ one, far: distance(plain(name), plain(one)) }))
    .sort((one, other) => one.far - other.far);
  const [best] = ranked;
  return best !== undefined && best.far <= Math.max(2, Math.floor(name.length / 2)) ? best.one : undefined;
}

/** Letters to be changed, added or taken away to make one of the other. */
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
