/**
 * The sides for the suite that every side must pass: Copper and Mailchimp over their simulators, and the sides of the
 * random histories. Each comes with hands that change things behind the program's back.
 */
import { copperSide } from "../../src/copper/side.ts";
import { addressKey } from "../../src/domain/address.ts";
import type { Member, Person } from "../../src/domain/contact.ts";
import { DEFAULT_FIELDS, type MappedField, mapFields } from "../../src/domain/fields.ts";
import { http } from "../../src/http/request.ts";
import { mailchimpSide } from "../../src/mailchimp/side.ts";
import { type MemberOperation, memberRef, type Operation, type PersonOperation } from "../../src/plan/operations.ts";
import type { Journal, MemberSide, PeopleSide, RecordReader } from "../../src/ports/sides.ts";
import { copperHeaders, PEOPLE_PER_WRITE } from "../../src/services/copper.ts";
import { MEMBERS_PER_WRITE, mailchimpHeaders } from "../../src/services/mailchimp.ts";
import { edit, hasty, type World, world } from "../harness.ts";
import { TOGETHER } from "../histories/carry-out.ts";
import { CALM } from "../histories/faults.ts";
import { mailchimpIn } from "../histories/member-side.ts";
import { copperIn } from "../histories/people-side.ts";
import { PAGE, type Truth } from "../histories/truth.ts";
import { mergeField } from "../merge-field.ts";

const MERGES = ["FNAME", "LNAME"].map((tag) => mergeField(tag));
/** The fields that the suite maps: first and last name. */
export const { mapped: MAPPED } = mapFields(DEFAULT_FIELDS.slice(0, 2), MERGES, []);

/** A service, and the hands of those who use it. What the hands return says nothing. */
interface Service {
  /** The service's clock, Unix seconds. */
  now(): number;
  add(email: string, firstName: string): unknown;
  /** Changes a first name, a minute later. */
  rename(email: string, firstName: string): unknown;
  remove(email: string): unknown;
  /** Gives a record a shape that nobody knows; absent if the service has none. */
  spoil?(email: string): unknown;
  /** Calls `hook` at each request that changes something. */
  onWrite(hook: () => void): void;
  /** How many creates are sent, and journalled, in one go. */
  readonly together: number;
  /** How many records need a second page. */
  readonly pageful: number;
  close(): Promise<void>;
}

/** A service with its side, whichever it is. */
export interface Around<R, O extends Operation> extends Service {
  open(mapped: readonly MappedField[], stop: AbortSignal): OpenSide<R, O>;
  /** Returns a record alone; `undefined` if it is gone or cannot be read. */
  fetch(record: R): Promise<R | undefined>;
  requests(): number;
  email(record: R): string;
  firstName(record: R): unknown;
  isTagged(record: R): boolean;
  create(email: string): O;
  update(record: R, firstName: string): O;
  tag(record: R): O;
  /** Deletes a person, archives a member. */
  dismiss(record: R): O;
}

/** What a side opens, whichever it is. */
interface OpenSide<R, O extends Operation> {
  readonly reader: RecordReader<R>;
  /** Reads these once more. */
  again(records: readonly R[]): Promise<readonly R[]>;
  apply(operations: readonly O[], journal: Journal<O>): Promise<void>;
}

const about = { reason: "changed-in-copper", settles: {}, before: {} } as const;

/** Looks at a people side as at any. */
function people(side: PeopleSide, service: Service): Around<Person, PersonOperation> {
  const to = ({ id, name }: Person) => ({ ...about, side: "copper", contact: name, personId: id }) as const;
  return {
    ...service,
    open(mapped, stop) {
      const { reader, writer } = side.open({ mapped, customs: [], zone: "UTC" }, stop);
      return { reader, again: (list) => reader.confirm(list.map(({ id }) => id)), apply: writer.apply };
    },
    fetch: async ({ id }) => (await side.fetch(id))?.person,
    requests: side.requests,
    email: ({ emails }) => emails[0]!,
    firstName: ({ fields }) => fields.first_name,
    isTagged: ({ tags }) => tags.length > 0,
    create: (email) => ({
      ...about,
      side: "copper",
      operation: "create-person",
      contact: email,
      name: "Nou Velle",
      email,
      fields: { first_name: "Nou" },
      member: { key: email, id: email, email, status: "subscribed" },
    }),
    update: (one, name) => ({ ...to(one), operation: "update-person", name, fields: { first_name: name } }),
    tag: (one) => ({ ...to(one), operation: "tag-person", add: ["VIP"], remove: [] }),
    dismiss: (one) => ({ ...to(one), operation: "delete-person" }),
  };
}

/** Looks at a member side as at any. */
function members(side: MemberSide, service: Service): Around<Member, MemberOperation> {
  const to = (one: Member) => ({ ...about, side: "mailchimp", contact: one.email, member: memberRef(one) }) as const;
  return {
    ...service,
    open(mapped, stop) {
      const { reader, writer } = side.open({ mapped }, stop);
      return {
        reader,
        again: (list) => reader.at(list.map(({ email }) => email)),
        apply: (operations, journal) => writer.apply(operations, journal, async () => new Map()),
      };
    },
    fetch: async ({ id }) => (await side.fetch(id))?.member,
    requests: side.requests,
    email: ({ email }) => email,
    firstName: ({ fields }) => fields.FNAME,
    isTagged: ({ tags }) => tags.length > 0,
    create: (email) => ({
      ...about,
      side: "mailchimp",
      operation: "create-member",
      contact: email,
      personId: 1,
      email,
      status: "subscribed",
      fields: { FNAME: "Nou" },
      tags: [],
    }),
    update: (one, name) => ({ ...to(one), operation: "update-member", fields: { FNAME: name } }),
    tag: (one) => ({ ...to(one), operation: "tag-member", add: ["VIP"], remove: [] }),
    dismiss: (one) => ({ ...to(one), operation: "archive-member" }),
  };
}

/** Returns an HTTP client of a simulator. */
function clientOf(own: World, service: "copper" | "mailchimp", headers: Record<string, string>) {
  return http({
    service,
    base: own[service].url,
    headers,
    clock: hasty(() => own.clock * 1000),
    connections: 10,
    stop: new AbortController().signal,
    log: () => undefined,
    random: () => 0,
  });
}

/** What the hands have in common on both simulators. */
function simulated(own: World, service: "copper" | "mailchimp") {
  return {
    now: () => own.clock,
    close: own.close,
    onWrite(hook: () => void) {
      own[service].before = ({ method, path }) => {
        if (method !== "GET" && !path.endsWith("/search")) hook();
      };
    },
  };
}

/** Copper over its simulator. */
export async function copperOverHttp() {
  const own = await world();
  const at = (email: string) => own.worlds.copper.people.at(email)[0]!;
  const spoilt = new Set<number>();
  own.copper.bend = (_, reply) => {
    const rows = [reply.body].flat() as ({ id?: number; tags?: unknown } | null | undefined)[];
    for (const one of rows) if (one?.id !== undefined && spoilt.has(one.id)) one.tags = [{ name: "VIP" }];
    return reply;
  };
  const headers = copperHeaders(own.worlds.copper.key, "admin@exemple.fr");
  const side = copperSide(clientOf(own, "copper", headers), 1e6);
  const around = people(side, {
    ...simulated(own, "copper"),
    add: (email, firstName) => own.person({ email, first_name: firstName }),
    rename: (email, firstName) => edit(own, at(email), { first_name: firstName, name: firstName }),
    remove: (email) => own.worlds.copper.people.delete(at(email).id),
    spoil: (email) => spoilt.add(at(email).id),
    together: PEOPLE_PER_WRITE,
    pageful: 201,
  });
  return { side, around };
}

/** Mailchimp over its simulator. */
export async function mailchimpOverHttp() {
  const own = await world();
  const at = (email: string) => own.at(email)!;
  const client = clientOf(own, "mailchimp", mailchimpHeaders(own.worlds.mailchimp.key));
  const side = mailchimpSide(client, own.worlds.mailchimp.list, 10, false);
  const around = members(side, {
    ...simulated(own, "mailchimp"),
    add: (email, firstName) => own.member(email, { merge_fields: { FNAME: firstName } }),
    rename: (email, firstName) => edit(own, at(email), { merge_fields: { FNAME: firstName } }),
    remove: (email) => own.worlds.mailchimp.members.delete(at(email).id),
    spoil: (email) => Object.assign(at(email), { status: "asleep" }),
    together: MEMBERS_PER_WRITE,
    pageful: 1_001,
  });
  return { side, around };
}

/** A truth of the histories, with what the hands on both of its sides have in common. */
function truthful() {
  const truth: Truth = {
    now: 1_000_000,
    nextId: 1,
    people: new Map(),
    members: new Map(),
    forgotten: new Set(),
    merges: MERGES,
    odd: new Set(),
  };
  const hooks: (() => void)[] = [];
  const faults = { ...CALM, written: () => hooks.at(-1)?.() };
  const common = {
    now: () => truth.now,
    close: async () => undefined,
    onWrite: (hook: () => void) => hooks.push(hook),
    together: TOGETHER,
    pageful: PAGE + 1,
  };
  return { truth, faults, common };
}

/** The people side of the histories. */
export async function peopleOfHistories() {
  const { truth, faults, common } = truthful();
  const at = (email: string) => [...truth.people.values()].find((one) => one.emails.includes(email))!;
  const put = (id: number, email: string, name: string, createdAt: number) =>
    truth.people.set(id, {
      id,
      name,
      emails: [email],
      fields: { first_name: name },
      tags: [],
      createdAt,
      modifiedAt: truth.now,
    });
  const side = copperIn(truth, faults);
  const around = people(side, {
    ...common,
    add: (email, firstName) => put(truth.nextId++, email, firstName, truth.now),
    rename(email, firstName) {
      truth.now += 60;
      const { id, createdAt } = at(email);
      put(id, email, firstName, createdAt);
    },
    remove: (email) => truth.people.delete(at(email).id),
  });
  return { side, around };
}

/** The member side of the histories. */
export async function membersOfHistories() {
  const { truth, faults, common } = truthful();
  const at = (email: string) => [...truth.members.values()].find((one) => one.email === email)!;
  const put = (key: string, email: string, name: string) =>
    truth.members.set(key, {
      key,
      id: addressKey(email),
      email,
      status: "subscribed",
      fields: { FNAME: name },
      tags: [],
      changedAt: truth.now,
    });
  const side = mailchimpIn(truth, faults);
  const around = members(side, {
    ...common,
    add: (email, firstName) => put(`k${truth.nextId++}`, email, firstName),
    rename(email, firstName) {
      truth.now += 60;
      put(at(email).key, email, firstName);
    },
    remove: (email) => truth.members.delete(at(email).key),
    spoil: (email) => truth.odd.add(at(email).key),
  });
  return { side, around };
}
