/** Tests writes of many members: one wrong field stops only itself, and costs one request more (V5, A10). */
import { expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import type { Member } from "../domain/contact.ts";
import { DEFAULT_FIELDS, mapFields } from "../domain/fields.ts";
import type { Answer } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import type { CreateMember } from "../plan/operations.ts";
import { firstAttempt } from "./attempts.ts";
import type { Attempt } from "./build-requests.ts";
import { type Bulked, sendBulk } from "./bulk.ts";

const { mapped } = mapFields(
  DEFAULT_FIELDS,
  ["FNAME", "LNAME"].map((tag) => mergeField(tag)),
  [],
);
const create = (name: string): CreateMember => ({
  side: "mailchimp",
  operation: "create-member",
  contact: `${name}@exemple.fr`,
  reason: "new-in-copper",
  personId: 1,
  email: `${name}@exemple.fr`,
  status: "subscribed",
  fields: { FNAME: name, LNAME: "X" },
  tags: [],
  settles: {},
});
interface Sent {
  readonly members: readonly { readonly email_address: string; readonly merge_fields: Record<string, string> }[];
}
const made = (body: unknown) =>
  (body as Sent).members.map(({ email_address }) => ({ id: email_address, email_address, status: "subscribed" }));

/** Sends two creates to a service that answers so, one answer a request. @returns the bulk, and the bodies that were sent */
async function sent(...answers: ((body: unknown) => Answer)[]) {
  const bodies: Sent[] = [];
  const http = {
    stopped: () => false,
    async send(_method: string, _path: string, body: unknown): Promise<Answer> {
      bodies.push(body as Sent);
      return answers[bodies.length - 1]!(body);
    },
  } as unknown as Http;
  const attempts = new Map<Bulked, Attempt>();
  const bulking = {
    http,
    packing: { list: "/lists/l", mapped, fireAutomations: false },
    member: ({ email_address }: { email_address: string }) => ({ email: email_address }) as Member,
    attempts: {
      get: (operation: Bulked) => attempts.get(operation) ?? firstAttempt(operation),
      set: (operation: Bulked, attempt: Attempt) => attempts.set(operation, attempt),
    },
  };
  const bulk = await sendBulk(bulking as never, [create("ana"), create("bob")], false);
  return { bulk, bodies };
}
const taken = (body: unknown): Answer => ({
  ok: true,
  body: { new_members: made(body), updated_members: [], errors: [] },
});

test("all taken: one request", async () => {
  const { bulk, bodies } = await sent(taken);
  expect(bodies).toHaveLength(1);
  expect(bulk.outcomes.map((one) => one.ok)).toEqual([true, true]);
});
test("V5: a field refused for the whole request is left out for its member, and all are sent once more", async () => {
  const errors = [{ field: "members.item:1.merge_fields.LNAME", message: "is wrong" }];
  const body = { title: "Invalid Resource", detail: "", errors };
  const { bulk, bodies } = await sent(() => ({ ok: false, status: 400, body, text: "" }), taken);
  expect(bodies.map(({ members }) => members.map((one) => Object.keys(one.merge_fields)))).toEqual([
    [
      ["FNAME", "LNAME"],
      ["FNAME", "LNAME"],
    ],
    [["FNAME", "LNAME"], ["FNAME"]],
  ]);
  expect(bulk).toMatchObject({ outcomes: [{ ok: true }, { ok: true, refused: ["LNAME"] }], unclear: [], lost: [] });
});
test("A10: members whom fields that were not sent hold up go once more without that check, in one request", async () => {
  const errors = [0, 1].map((item) => ({ field: `members.item:${item}.merge_fields.OTHER`, message: "is required" }));
  const body = { title: "Invalid Resource", detail: "", errors };
  const { bulk, bodies } = await sent(() => ({ ok: false, status: 400, body, text: "" }), taken);
  expect(bodies.map(({ members }) => members.length)).toEqual([2, 2]);
  expect(bulk.outcomes.map((one) => one.ok)).toEqual([true, true]);
});
test("A10: a refusal of the whole request that names no field leaves each to be sent alone", async () => {
  const body = { title: "Invalid Resource", detail: "no", errors: [] };
  const { bulk, bodies } = await sent(() => ({ ok: false, status: 400, body, text: "" }));
  expect(bodies).toHaveLength(1);
  expect(bulk).toMatchObject({ outcomes: [], answered: false });
  expect(bulk.unclear).toHaveLength(2);
});
test("A2: creates whose answer was lost are looked up, not sent again", async () => {
  const { bulk, bodies } = await sent(() => ({ ok: false, status: 599, body: undefined, text: "" }));
  expect(bodies).toHaveLength(1);
  expect(bulk).toMatchObject({ outcomes: [], unclear: [], answered: false });
  expect(bulk.lost).toHaveLength(2);
});
test("A3: whom the answer refuses in words fails, and whom it leaves out is sent alone", async () => {
  const error = { email_address: "ana@exemple.fr", error: "ana@exemple.fr looks fake or invalid", error_code: "" };
  const { bulk } = await sent(() => ({ ok: true, body: { new_members: [], updated_members: [], errors: [error] } }));
  expect(bulk.outcomes).toMatchObject([{ ok: false, failure: { code: "INVALID_ADDRESS" } }]);
  expect(bulk.unclear.map((one) => one.contact)).toEqual(["bob@exemple.fr"]);
});
test("A2: who exists already is known by the code, whatever the words, and linked by the next run", async () => {
  const error = { email_address: "ana@exemple.fr", error: "no", error_code: "ERROR_CONTACT_EXISTS" };
  const body = { new_members: made({ members: [create("bob")].map(({ email }) => ({ email_address: email })) }) };
  const { bulk } = await sent(() => ({ ok: true, body: { ...body, updated_members: [], errors: [error] } }));
  expect(bulk.outcomes).toMatchObject([
    { ok: false, failure: { code: "MEMBER_EXISTS", message: "no", retry: true } },
    { ok: true, member: { email: "bob@exemple.fr" } },
  ]);
  expect(bulk.unclear).toEqual([]);
});
