/** How single settings are read, and what is said of a value that cannot be. */
import { expect, test } from "vitest";
import { settingReaders } from "./setting-readers.ts";

/** Reads one value. @returns what it is, and the codes of the faults */
function read<T>(value: string, how: (readers: ReturnType<typeof settingReaders>) => T, unnamed: string[] = []) {
  const faults: string[] = [];
  const readers = settingReaders(
    () => value,
    new Set(unnamed),
    (name, code, detail = "") => faults.push(`${name} ${code} ${detail}`.trim()),
  );
  return { is: how(readers), faults };
}

test.each([
  ["10%", { share: 0.1 }],
  ["2.5 %", { share: 0.025 }],
  ["2,5%", { share: 0.025 }],
  ["100%", { share: 1 }],
  ["0", { number: 0 }],
  ["1000", { number: 1_000 }],
])("the limit %j", (value, is) => {
  const done = read(value, ({ allowance }) => allowance("MAX_REMOVALS"));
  expect(done).toEqual({ is, faults: [] });
});
test.each(["1,000", "1.000", "1 000", "0.1", "101%", "-1", "ten", ""])("the limit %j is none", (value) => {
  const { faults } = read(value, ({ allowance }) => allowance("MAX_REMOVALS"));
  expect(faults).toEqual([`MAX_REMOVALS not-a-limit ${value}`.trim()]);
});
test.each([
  ["1", []],
  ["10", []],
  ["0", ["LOG_KEEP_DAYS not-a-number 1"]],
  ["1.5", ["LOG_KEEP_DAYS not-a-number 1"]],
  ["many", ["LOG_KEEP_DAYS not-a-number 1"]],
  ["11", ["LOG_KEEP_DAYS too-large 10"]],
])("the number %j from 1 to 10", (value, faults) =>
  expect(read(value, ({ number }) => number("LOG_KEEP_DAYS", 1, 10)).faults).toEqual(faults),
);
test("what has no default must be there, unless that is said already", () => {
  expect(read("", ({ must }) => must("COPPER_API_KEY")).faults).toEqual(["COPPER_API_KEY missing"]);
  expect(read("", ({ must }) => must("COPPER_API_KEY"), ["COPPER_API_KEY"]).faults).toEqual([]);
  expect(read("k", ({ must }) => must("COPPER_API_KEY"))).toEqual({ is: "k", faults: [] });
});
test("choices in whatever case, lists with commas, addresses without a slash at their end", () => {
  expect(read("KEEP", ({ oneOf }) => oneOf("COPPER_DELETED", ["archive", "keep"]))).toEqual({ is: "keep", faults: [] });
  expect(read("lose", ({ oneOf }) => oneOf("COPPER_DELETED", ["archive", "keep"])).faults).toEqual([
    "COPPER_DELETED not-one-of archive, keep",
  ]);
  expect(read(" a, ,b ,", ({ list }) => list("ONLY")).is).toEqual(["a", "b"]);
  expect(read("https://x.fr//", ({ url }) => url("NOTIFY_HOOK"))).toEqual({ is: "https://x.fr", faults: [] });
  expect(read("", ({ url }) => url("NOTIFY_HOOK")).faults).toEqual([]);
  expect(read("x.fr", ({ url }) => url("NOTIFY_HOOK")).faults).toEqual(["NOTIFY_HOOK not-a-url x.fr"]);
});
