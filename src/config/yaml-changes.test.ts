/** Changes to `sync.config.yaml` touch nothing else, as if a person edited the file. */
import { expect, test } from "vitest";
import { withChosen } from "./yaml-changes.ts";

const before = `# ours
fireAutomations: false # for now
fields:
  # the budget
  - { copper: "custom:Budget", mailchimp: BUDGET, direction: both, conflict: newest } # asked for by Ana
  - { copper: details, mailchimp: NOTES }
told: { pending: false }
`;

test("comments, other keys and what stands beside a line stay", () => {
  const fields = [
    { copper: "custom:Budget", mailchimp: "BUDGET", direction: "to-mailchimp" },
    { copper: "title", mailchimp: "ROLE", direction: "both" },
  ];
  const after = withChosen(before, "schema", "about", { fields, filter: { tags: ["VIP"] } });
  expect(after).toBe(`# ours
fireAutomations: false # for now
fields:
  # the budget
  - { copper: "custom:Budget", mailchimp: BUDGET, direction: to-mailchimp, conflict: newest } # asked for by Ana
  - { copper: title, mailchimp: ROLE }
told: { pending: false }
filter:
  tags:
    - VIP
`);
  // A removed part leaves nothing behind, and all other parts stay
  expect(withChosen(after, "schema", "about", { filter: null })).not.toContain("filter");
  expect(withChosen(before, "schema", "about", {})).toBe(before);
});
test("a new file says what it is for", () => {
  expect(withChosen("", "file:///schema", "more: docs", { fields: [] })).toBe(
    "# yaml-language-server: $schema=file:///schema\n# more: docs\nfields: []\n",
  );
});
test("a file that is no YAML is left alone", () => {
  expect(() => withChosen("fields: [", "s", "a", { fields: [] })).toThrow("sync.config.yaml");
});
