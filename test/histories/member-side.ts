/** Mailchimp in memory, as a port; as unkind as `people-side.ts`. */
import { addressKey } from "../../src/domain/address.ts";
import type { Member } from "../../src/domain/contact.ts";
import type { MappedField } from "../../src/domain/fields.ts";
import { tagKey } from "../../src/domain/tags.ts";
import type { Shown } from "../../src/domain/values.ts";
import type { MemberOperation, Operation } from "../../src/plan/operations.ts";
import type { Failure, Outcome } from "../../src/plan/outcomes.ts";
import type { MemberSide, OnPage, OnProgress, OpenMembers } from "../../src/ports/sides.ts";
import { carryOut, refused } from "./carry-out.ts";
import type { Faults } from "./faults.ts";
import { show, type Truth } from "./truth.ts";

/** Returns a member in the mapped fields; one that is not there any more is not shown. */
function shownMember(truth: Truth, member: Member, mapped: readonly MappedField[]): Member {
  const fields: Record<string, Shown> = {};
  for (const { mailchimp: tag } of mapped)
    if (!truth.merges.some((one) => one.tag === tag)) fields[tag] = null;
    else if (member.fields[tag] !== undefined) fields[tag] = member.fields[tag];
  return { ...member, fields };
}

export function mailchimpIn(truth: Truth, faults: Faults): MemberSide {
  /** Keys of the members whom the last reading could not read. */
  const odd: { keys: readonly string[] } = { keys: [] };
  return {
    audience: async () => ({ id: "a", name: "A", signUpUrl: null, members: truth.members.size }),
    mergeFields: async () => truth.merges,
    fetch: async (id) => {
      const member = [...truth.members.values()].find((one) => one.id === id && !truth.odd.has(one.key));
      return member && { member: shownMember(truth, member, []), raw: member };
    },
    awaitLeft: async (batches) => batches,
    open: ({ mapped }, stop) => openMembers(truth, faults, odd, mapped, stop),
    requests: () => 0,
  };
}

function openMembers(
  truth: Truth,
  faults: Faults,
  odd: { keys: readonly string[] },
  mapped: readonly MappedField[],
  stop: AbortSignal,
): OpenMembers {
  const at = (email: string) => [...truth.members.values()].find((one) => addressKey(one.email) === addressKey(email));
  const save = (operation: Operation, before: Member | undefined, next: Member): Member => {
    const member = { ...next, changedAt: truth.now };
    faults.written(operation, before);
    truth.members.set(member.key, member);
    return shown(member);
  };
  const exists = (name: string) => truth.merges.some((one) => one.tag === name);
  const shown = (member: Member) => shownMember(truth, member, mapped);
  const there = (fields: Member["fields"]) =>
    Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== "" && exists(name)));
  const tag = (name: string) => ({ id: tagKey(name).length * 31 + tagKey(name).charCodeAt(0), name });
  function effect(operation: MemberOperation): Outcome<MemberOperation> {
    const fail = (code: Failure["code"], retry = true): Outcome<MemberOperation> => ({
      operation,
      ok: false,
      failure: refused(code, retry),
    });
    if (operation.operation === "create-member") {
      if (truth.forgotten.has(addressKey(operation.email))) return fail("FORGOTTEN_EMAIL", false);
      if (at(operation.email)) return fail("MEMBER_EXISTS");
      const made: Member = {
        key: `k${truth.nextId++}`,
        id: addressKey(operation.email),
        email: operation.email,
        status: operation.status,
        fields: there(operation.fields),
        tags: operation.tags.map(tag),
        changedAt: truth.now,
      };
      return { operation, ok: true, member: save(operation, undefined, made) };
    }
    const member = [...truth.members.values()].find((one) => one.id === operation.member.id);
    if (member === undefined) return fail("NOT_FOUND");
    const done = (next: Member): Outcome<MemberOperation> => ({
      operation,
      ok: true,
      member: save(operation, member, next),
    });
    switch (operation.operation) {
      case "update-member":
        return done({
          ...member,
          fields: there({ ...member.fields, ...operation.fields }),
        });
      case "move-address":
        if (member.status !== "subscribed") return fail("MOVE_REFUSED", false);
        if (at(operation.email) && at(operation.email) !== member) return fail("MEMBER_EXISTS");
        return done({ ...member, email: operation.email, id: addressKey(operation.email) });
      case "tag-member": {
        const gone = new Set(operation.remove.map((each) => tagKey(each.name)));
        const kept = member.tags.filter((each) => !gone.has(tagKey(each.name)));
        const there = new Set(kept.map((each) => tagKey(each.name)));
        const added = operation.add.filter((name) => !there.has(tagKey(name))).map(tag);
        // The service answers nothing here
        save(operation, member, { ...member, tags: [...kept, ...added] });
        return { operation, ok: true };
      }
      case "archive-member":
        if (["archived", "cleaned", "pending"].includes(member.status)) return fail("CANNOT_ARCHIVE");
        if (member.status !== operation.member.status) return fail("CHANGED_MEANWHILE");
        return done({ ...member, status: "archived" });
      case "unarchive-member":
        if (member.status !== "archived" || member.changedAt !== operation.changedAt) return fail("CHANGED_MEANWHILE");
        return done({ ...member, status: operation.status });
      case "forget-member":
        faults.written(operation, member);
        truth.members.delete(member.key);
        truth.forgotten.add(addressKey(member.email));
        return { operation, ok: true };
    }
  }
  const read = (onPage: OnPage<Member>, onProgress?: OnProgress, since = 0) => {
    const all = [...truth.members.values()].filter((one) => !truth.odd.has(one.key)).map(shown);
    odd.keys = [...truth.odd].filter((key) => truth.members.has(key));
    const cut = faults.cut("mailchimp");
    faults.meanwhile();
    const some = (cut === undefined ? all : all.slice(0, cut)).filter((one) => one.changedAt >= since);
    return { complete: show(some, onPage, onProgress, stop) && cut === undefined };
  };
  const foundAfterLoss = (operation: MemberOperation): Outcome<MemberOperation> | undefined => {
    const there = operation.operation === "create-member" ? at(operation.email) : undefined;
    return there && { operation, ok: true, member: shown(there), found: true };
  };
  const asBefore = (operation: MemberOperation): Outcome<MemberOperation> | undefined => {
    const member =
      "member" in operation &&
      operation.operation !== "archive-member" &&
      operation.operation !== "forget-member" &&
      operation.operation !== "unarchive-member"
        ? [...truth.members.values()].find((one) => one.id === operation.member.id)
        : undefined;
    if (member === undefined) return undefined;
    return operation.operation === "tag-member"
      ? { operation, ok: true }
      : { operation, ok: true, member: shown(member) };
  };
  return {
    reader: {
      readAll: async (onPage, onProgress) => read(onPage, onProgress),
      readSince: async (since, onPage, onProgress) => ({
        ...read(onPage, onProgress, since.at),
        there: truth.members.size,
      }),
      at: async (emails) =>
        emails
          .flatMap((email) => at(email) ?? [])
          .filter(({ key }) => !truth.odd.has(key))
          .map(shown),
      odd: () =>
        odd.keys.map((key) => ({
          key,
          addresses: [truth.members.get(key)?.email ?? ""],
          why: "odd-record",
          detail: "",
        })),
    },
    writer: {
      apply: (operations, journal) => carryOut(operations, journal, stop, faults, effect, foundAfterLoss, asBefore),
      capabilities: () => ({}),
    },
  };
}
