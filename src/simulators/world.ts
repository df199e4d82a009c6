/** Realistic test data, always the same for the same seed. */
import { type CopperWorld, People, type SimPerson } from "./copper-people.ts";
import { hashOf, type MailchimpWorld, type SimMember, type SimMerge } from "./mailchimp-rules.ts";

/** The data of both simulated services. */
export interface Worlds {
  readonly copper: CopperWorld;
  readonly mailchimp: MailchimpWorld;
}

const FIRST = [
  "Ana",
  "Émilie",
  "E\u0301milie",
  "Zoë",
  "Jean-Luc",
  "李",
  "Ольга",
  "Nguyễn",
  "Søren",
  "محمد",
  "Marie  Claire",
  "Łucja",
  "O’Neil",
  "<img onerror=alert(1)>",
  "José",
];
const LAST = [
  "Martin",
  "Lefèvre",
  "Müller",
  "小明",
  "Иванова",
  "García-López",
  "d’Arc",
  "Ñuñez",
  "Brown",
  "Øster",
  "Petit",
  "Kowalski",
];
const TAGS = [
  "Client",
  "Prospect ⭐",
  "Été 2026",
  "VIP",
  "vip",
  "Salon de Genève",
  `Très long ${"é".repeat(110)}`,
  "🎉 Fête",
  "Newsletter",
  "Ne pas supprimer",
  "À supprimer de la liste VIP",
];
const MARKS = ["🗑️ À SUPPRIMER", "🗑 a supprimer", "A\u0300 SUPPRIMER", "  à\u00a0 supprimer ", "🗑️À supprimer"];
const PHONES = ["+33 6 12 34 56 78", "06.12.34.56.78", "(212) 555-0100", "0041 22 123 45 67", "poste 12", ""];
const STATUSES = [
  "subscribed",
  "subscribed",
  "subscribed",
  "subscribed",
  "subscribed",
  "unsubscribed",
  "cleaned",
  "pending",
  "transactional",
  "archived",
];

const merge = (merge_id: number, tag: string, type: string, options = {}): SimMerge => ({
  merge_id,
  tag,
  name: tag,
  type,
  required: false,
  options,
});

/**
 * Creates the data of both services, with unusual names, tags and addresses.
 * @param people the number of people in Copper
 * @param now Unix seconds
 */
export function makeWorlds(seed: number, people: number, now: number): Worlds {
  const random = mulberry(seed);
  const { pick, chance } = drawing(random);
  const copper: CopperWorld = {
    account: 424242,
    key: "copper-demo-key",
    people: new People(),
    activities: [],
    customs: [
      {
        id: 71,
        name: "Taille",
        data_type: "Dropdown",
        options: [
          { id: 1, name: "Petite" },
          { id: 2, name: "Grande" },
        ],
      },
    ],
  };
  const mailchimp: MailchimpWorld = {
    key: "mailchimp-demo-key-us21",
    list: "a1b2c3d4e5",
    members: new Map(),
    merges: [
      merge(1, "FNAME", "text", { size: 25 }),
      merge(2, "LNAME", "text", { size: 25 }),
      merge(3, "ADDRESS", "address", { default_country: 164 }),
      merge(4, "PHONE", "phone", { phone_format: "none" }),
      merge(5, "COMPANY", "text", { size: 25 }),
      merge(6, "LTV", "number"),
    ],
    forgotten: new Set(["oubliee3@exemple.fr"]),
    compliance: new Set(),
    campaigns: [],
  };
  const used = new Set<string>();
  const addMember = (email: string, first: string, last: string, index: number) => {
    const id = hashOf(email);
    const status = pick(STATUSES);
    const tags = chance(0.2) ? [{ id: 9001, name: "Set by hand" }] : [];
    const member: SimMember = {
      id,
      contact_id: hashOf(`contact${id}`),
      email_address: email.trim(),
      status,
      tags,
      merge_fields: { FNAME: first.trim(), LNAME: last, PHONE: chance(0.2) ? pick(PHONES) : "" },
      last_changed: new Date((now - 86_400 - index) * 1000).toISOString().replace(/\.\d+Z/, "+00:00"),
    };
    mailchimp.members.set(id, member);
    // The API must not add these addresses again
    if (status === "unsubscribed" || status === "cleaned") mailchimp.compliance.add(email.trim().toLowerCase());
  };
  for (let index = 0; index < people; index += 1) {
    const [first, last] = [pick(FIRST), pick(LAST)];
    const emails = addressesOf(index, random);
    // Addresses are unique in Copper, except for a few old duplicates
    const fresh = emails.filter((one) => !used.has(one.email.trim().toLowerCase()) || chance(0.02));
    for (const one of fresh) used.add(one.email.trim().toLowerCase());
    const created = now - 30 * 86_400 - (people - index) * 60;
    const person: SimPerson = {
      id: 1000 + index,
      name: `${first} ${last}`,
      first_name: first,
      last_name: chance(0.05) ? null : last,
      emails: fresh,
      ...furtherFields(random),
      date_created: created,
      date_modified: created + 10,
      details: null,
      interaction_count: 0,
    };
    if (chance(0.03)) person.tags.push(pick(MARKS));
    copper.people.set(person.id, person);
    if (fresh[0]?.email.includes("@") && !fresh[0].email.includes("example.com") && chance(0.5))
      addMember(
        chance(0.2) ? fresh[0].email.toLowerCase() : fresh[0].email,
        chance(0.8) ? first : "",
        chance(0.9) ? last : "Autre",
        index,
      );
  }
  // Add members whom Copper does not know
  for (let index = 0; index < Math.floor(people / 4); index += 1)
    addMember(`seul${index}@exemple.fr`, chance(0.8) ? pick(FIRST) : "", chance(0.8) ? pick(LAST) : "", index);
  return { copper, mailchimp };
}

/** Draws from lists and with a chance. */
function drawing(random: () => number) {
  return {
    pick: <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!,
    chance: (share: number) => random() < share,
  };
}

/** Draws a person's addresses: usual ones, untidy ones, and texts that are none. */
function addressesOf(index: number, random: () => number): SimPerson["emails"] {
  const { pick, chance } = drawing(random);
  const address = `contact${index}@${pick(["exemple.fr", "Société.ch", "mail.exemple.org"])}`;
  const email = chance(0.1)
    ? ` ${address.toUpperCase()} `
    : chance(0.02)
      ? "pas une adresse"
      : chance(0.01)
        ? `fake${index}@example.com`
        : address;
  const emails = chance(0.04) ? [] : [{ email, category: "work" }];
  if (chance(0.15)) emails.push({ email: `second${index}@exemple.fr`, category: "personal" });
  return emails;
}

/** Draws a person's other fields. */
function furtherFields(random: () => number) {
  const { pick, chance } = drawing(random);
  return {
    phone_numbers: chance(0.5) ? [{ number: pick(PHONES), category: "mobile" }] : [],
    address: chance(0.3)
      ? {
          street: "12 rue du Lac\nBât. B",
          city: "Genève",
          state: chance(0.5) ? "GE" : "",
          postal_code: "1201",
          country: "CH",
        }
      : null,
    tags: [...new Set(Array.from({ length: Math.floor(random() * 4) }, () => pick(TAGS)))],
    custom_fields: [{ custom_field_definition_id: 71, value: chance(0.5) ? 1 : null }],
    title: chance(0.3) ? "Directrice" : null,
    company_name: chance(0.5) ? "Société Générale d’Exemples" : null,
  };
}

/** Returns a generator of numbers from 0 to 1, always the same for the same seed. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
