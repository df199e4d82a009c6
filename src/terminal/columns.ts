/** Tables in plain text. */
import width from "fast-string-width";
import { oneLine } from "../domain/one-line.ts";

/** Formats rows as aligned columns, by displayed width: combining accents take no column, some letters take two. */
export function columns(rows: readonly (readonly string[])[]): string {
  // Names come from outside, and must not make rows of their own
  const lines = rows.map((row) => row.map(oneLine));
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((row) => width(row[column] ?? ""))));
  const padded = (cell: string, column: number) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - width(cell)));
  return lines.map((row) => `${row.map(padded).join("  ").trimEnd()}\n`).join("");
}
