/** What a Mailchimp key and the settings say, before any request. */
import { expect, test } from "vitest";
import { MAILCHIMP } from "./mailchimp.ts";

const KEY = "0123456789abcdef0123456789abcdef-us21";

/** Reads settings, and returns them with the faults. */
function read(values: Readonly<Record<string, string>>) {
  const faults: string[] = [];
  const is = MAILCHIMP.read({
    must: (name) => values[name] ?? "",
    url: (name) => values[name] ?? "",
    number: (name, least, most) => Math.min(Math.max(Number(values[name] ?? 10), least), most),
    fault: (name, code, detail = "") => {
      faults.push(`${name} ${code} ${detail}`);
    },
  });
  return { is, faults };
}

test.each([
  [KEY, { MAILCHIMP_DC: "us21" }],
  [" key-US6 ", { MAILCHIMP_DC: "us6" }],
  ["0123456789abcdef", {}],
])("the key %j tells %j", (key, settings) => expect(MAILCHIMP.toldByKey(key)).toEqual(settings));
test.each([
  [KEY, true],
  [` ${KEY.toUpperCase()}`, true],
  ["copper-demo-key", false],
  ["0123456789abcdef-us21", false],
])("%j has the form of a key: %j", (key, is) => expect(MAILCHIMP.isKey(key)).toBe(is));
test.each([
  ["us21", "key-us21", []],
  ["US21", "key-us21", []],
  ["us21", "key", []],
  ["", "key-us21", []],
  ["us5", "key-us21", ["MAILCHIMP_DC not-of-the-key us21"]],
  ["us 5", "key-us21", ["MAILCHIMP_DC not-one-of us1 … us21"]],
])("the data centre %j with the key %j", (dc, key, faults) => {
  expect(read({ MAILCHIMP_DC: dc, MAILCHIMP_API_KEY: key }).faults).toEqual(faults);
});
test("the API is that of the data centre, unless the settings name another", () => {
  const own = { MAILCHIMP_DC: "US6", MAILCHIMP_LIST_ID: "l", MAILCHIMP_API_KEY: "k", MAILCHIMP_CONNECTIONS: "4" };
  const url = "https://us6.api.mailchimp.com/3.0";
  expect(read(own).is).toEqual({ key: "k", listId: "l", url, connections: 4 });
  expect(read({ ...own, MAILCHIMP_API_URL: "http://here" }).is.url).toBe("http://here");
  expect(MAILCHIMP.url((name) => ({ MAILCHIMP_DC: " US6 " })[name] ?? "")).toBe(url);
  expect(MAILCHIMP.url((name) => ({ MAILCHIMP_API_URL: "http://here//", MAILCHIMP_DC: "us6" })[name] ?? "")).toBe(
    "http://here",
  );
});
