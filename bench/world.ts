/** The worlds that are measured: as many contacts a side, thirty tags, two thirds of them on both sides. */
import { blankPerson, People, type SimPerson } from "../src/simulators/copper-people.ts";
import { hashOf, type SimMember } from "../src/simulators/mailchimp-rules.ts";
import { makeWorlds, type Worlds } from "../src/simulators/world.ts";

const TAGS = Array.from({ length: 30 }, (_, index) => `Groupe ${index + 1}`);
const NAMES = ["Ana", "Émile", "Zoë", "Jean-Luc", "Ольга", "Nguyễn", "Søren", "José"];

/** A world of `size` people and as many members. @param now Unix seconds */
export function measuredWorld(size: number, now: number): Worlds {
  const { copper, mailchimp } = makeWorlds(1, 0, now);
  const people = new People();
  const pick = <T>(list: readonly T[], index: number) => list[index % list.length]!;
  const address = (index: number) => `contact${index}@exemple.fr`;
  for (let index = 0; index < size; index += 1) {
    const created = now - 86_400 * 30 - (size - index) * 60;
    people.set(1_000 + index, {
      ...blankPerson(1_000 + index, created),
      name: `${pick(NAMES, index)} Martin${index}`,
      first_name: pick(NAMES, index),
      last_name: `Martin${index}`,
      emails: [{ email: address(index), category: "work" }],
      phone_numbers:
        index % 2 === 0 ? [{ number: `+33 6 12 34 ${String(index % 100).padStart(2, "0")}`, category: "work" }] : [],
      tags: Array.from({ length: index % 4 }, (_, at) => pick(TAGS, index * 7 + at * 11)),
      title: index % 3 === 0 ? "Directrice" : null,
    } as SimPerson);
  }
  const first = Math.floor(size / 3);
  for (let index = first; index < first + size; index += 1) {
    const id = hashOf(address(index));
    const member: SimMember = {
      id,
      contact_id: hashOf(`c${id}`),
      email_address: address(index),
      status: index % 20 === 0 ? "unsubscribed" : "subscribed",
      merge_fields: { FNAME: pick(NAMES, index), LNAME: index % 5 === 0 ? "" : `Martin${index}` },
      tags: [],
      last_changed: new Date((now - 86_400 - index) * 1000).toISOString(),
    };
    mailchimp.members.set(id, member);
  }
  return { copper: { ...copper, people }, mailchimp };
}

/** Twenty changes, ten a side: names, a tag, a phone, somebody new, somebody who leaves. */
export function twentyChanges({ copper, mailchimp }: Worlds, now: number): void {
  const both = [...copper.people.values()].filter((one) => mailchimp.members.has(hashOf(one.emails[0]?.email ?? "")));
  for (const [index, person] of both.slice(100, 109).entries()) {
    Object.assign(person, { date_modified: now });
    if (index < 5) person.last_name = `Durand${index}`;
    else person.tags = [...person.tags, TAGS[index]!];
  }
  const id = 900_000_000;
  const someone = {
    ...blankPerson(id, now),
    name: "Nou Velle",
    first_name: "Nou",
    last_name: "Velle",
    tags: [TAGS[0]!],
  };
  copper.people.set(id, { ...someone, emails: [{ email: "nouvelle@exemple.fr", category: "work" }] });
  const at = new Date(now * 1000).toISOString();
  for (const [index, person] of both.slice(200, 209).entries()) {
    const member = mailchimp.members.get(hashOf(person.emails[0]!.email))!;
    member.last_changed = at;
    if (index < 6) member.merge_fields = { ...member.merge_fields, LNAME: `Petit${index}` };
    else if (index < 8) member.merge_fields = { ...member.merge_fields, PHONE: `06 00 00 00 0${index}` };
    else member.status = "unsubscribed";
  }
  const email = "inscrit@exemple.fr";
  const fresh = { id: hashOf(email), contact_id: hashOf(`c${email}`), email_address: email, status: "subscribed" };
  mailchimp.members.set(fresh.id, { ...fresh, merge_fields: { FNAME: "Ins" }, tags: [], last_changed: at });
}
