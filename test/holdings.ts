import type { World } from "./harness.ts";

/** What both sides hold, without ids and times. */
export function holdings(own: World): unknown {
  const people = [...own.worlds.copper.people.values()].map(({ name, emails, tags, phone_numbers, title }) => ({
    name,
    emails: emails.map((one) => one.email),
    tags: [...tags].sort(),
    phone_numbers,
    title,
  }));
  const members = [...own.worlds.mailchimp.members.values()].map(({ email_address, status, merge_fields, tags }) => ({
    email_address,
    status,
    merge_fields,
    tags: tags.map((tag) => tag.name).sort(),
  }));
  const by = (one: unknown) => JSON.stringify(one);
  return {
    people: people.sort((a, b) => (by(a) < by(b) ? -1 : 1)),
    members: members.sort((a, b) => (a.email_address < b.email_address ? -1 : 1)),
  };
}
