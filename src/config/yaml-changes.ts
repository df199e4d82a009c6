/**
 * Changes to `sync.config.yaml`, as `init` and the set-up write them. Comments and everything else in the file stay.
 */
import { Document, isMap, isSeq, parseDocument } from "yaml";
import { YAML_FILE } from "./yaml-faults.ts";

/** The parts to write. What is absent stays as it is. A `filter` of `null` removes the filter. */
export interface Chosen {
  readonly fields?: readonly { readonly copper: string; readonly mailchimp: string; readonly direction?: string }[];
  readonly filter?: object | null;
  /** The connection that all of it belongs to; absent for what all connections share. */
  readonly connection?: string;
  /** Settings of that connection; "" removes one. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Returns the file's text with the chosen parts. Returns `before` itself if nothing changes.
 * @param before the file as it is; "" for none
 * @param schema the address of the JSON schema, for editors
 * @param about a line that explains a new file to its reader
 * @throws Error if the file is not YAML, or does not have the connection
 */
export function withChosen(before: string, schema: string, about: string, chosen: Chosen): string {
  const document = before.trim() === "" ? new Document({}) : parseDocument(before);
  if (document.errors[0] !== undefined) throw new Error(`${YAML_FILE}: ${document.errors[0].message}`);
  if (!isMap(document.contents)) document.contents = document.createNode({});
  const place = placeOf(document, chosen.connection);
  const { fields, filter } = chosen;
  if (fields !== undefined) setFields(document, place, fields);
  if (filter === null) document.deleteIn([...place, "filter"]);
  else if (filter !== undefined) document.setIn([...place, "filter"], document.createNode(filter));
  for (const [name, value] of Object.entries(chosen.settings ?? {}))
    if (value === "") document.deleteIn([...place, "settings", name]);
    else document.setIn([...place, "settings", name], value);
  if (JSON.stringify(document.toJS()) === JSON.stringify(parseDocument(before).toJS())) return before;
  const text = document.toString({ lineWidth: 120 });
  if (before.trim() !== "") return text;
  return `# yaml-language-server: $schema=${schema}\n# ${about}\n${text}`;
}

/** Returns the path of a connection in the file; empty for the top level. Throws Error if the file does not have it. */
function placeOf(document: Document, connection: string | undefined): readonly (string | number)[] {
  if (connection === undefined) return [];
  const all = document.get("connections");
  const index = isSeq(all) ? all.items.findIndex((one) => isMap(one) && one.get("name") === connection) : -1;
  if (index < 0) throw new Error(`${YAML_FILE}: ${connection}`);
  return ["connections", index];
}

/** Changes the lines of the mapping one by one, so that comments beside a line stay. */
function setFields(
  document: Document,
  place: readonly (string | number)[],
  fields: NonNullable<Chosen["fields"]>,
): void {
  const there = document.getIn([...place, "fields"]);
  const list = isSeq(there) ? there : document.createNode([]);
  if (list !== there) document.setIn([...place, "fields"], list);
  const named = new Map(fields.map((one) => [one.mailchimp.toUpperCase(), one]));
  list.items = list.items.filter((item) => {
    if (!isMap(item)) return false;
    const wanted = named.get(String(item.get("mailchimp")).toUpperCase());
    if (wanted === undefined) return false;
    named.delete(wanted.mailchimp.toUpperCase());
    item.set("copper", wanted.copper);
    if (wanted.direction === undefined || (wanted.direction === "both" && !item.has("direction"))) return true;
    item.set("direction", wanted.direction);
    return true;
  });
  for (const one of named.values()) {
    const node = document.createNode(one.direction === "both" ? { ...one, direction: undefined } : one);
    node.flow = true;
    list.items.push(node);
  }
  list.flow = list.items.length === 0;
}
