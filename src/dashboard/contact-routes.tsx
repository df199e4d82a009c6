/** Finding anybody, and everything known of him. */
import type { Hono } from "hono";
import type { ShownField } from "../contact/fields.ts";
import { ContactPage, Contacts, Found } from "../pages/contact.tsx";
import { madeName, parsed, recordNumber, searchText } from "./asked-for.ts";
import type { Env, Rooms } from "./rooms.ts";

const FOUND = 30;
const HISTORY = 100;

export function contactRoutes(app: Hono<Env>, { house: { store }, view }: Rooms): void {
  app.get("/contacts", async (c) => {
    const text = parsed(searchText, c.req.query("q"));
    const found = text.trim() === "" ? [] : await store.search(text, FOUND);
    // What htmx asks for while somebody types is the list alone
    if (c.req.header("hx-request") !== undefined) return c.html(<Found view={view(c)} text={text} found={found} />);
    return c.html(<Contacts view={view(c)} text={text} found={found} />);
  });
  app.get("/contacts/:who{[pm]-.+}", async (c) => {
    const [kind, key] = [c.req.param("who").slice(0, 1), c.req.param("who").slice(2)];
    const known = await store.contact(
      kind === "p" ? { personId: parsed(recordNumber, key) } : { memberKey: parsed(madeName, key) },
    );
    if (known.person === undefined && known.member === undefined) return c.notFound();
    const mapping = (await store.fact<ShownField[]>("mapping")) ?? [];
    const history = known.person === undefined ? [] : await store.history(known.person.id, HISTORY);
    return c.html(<ContactPage view={view(c)} known={known} mapping={mapping} history={history} />);
  });
}
