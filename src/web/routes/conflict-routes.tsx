/** Routes of the conflicts: show them, save choices, confirm all (V2). */
import type { Hono } from "hono";
import { z } from "zod";
import { choiceName, type Conflicts as OpenConflicts } from "../conflicts.ts";
import { formOf, parsed } from "../request-input.ts";
import type { Env, RouteContext } from "../route-context.ts";
import { Conflicts, SHOWN } from "../views/conflicts.tsx";

/** The choice for one conflict; anything else counts as no choice. */
const choice = z.enum(["copper", "mailchimp"]).optional().catch(undefined);
/** A time in the format of run documents. */
const moment = z.iso.datetime();
/** A count in a query parameter, with which the page after a redirect says what was saved. */
const figure = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number)
  .optional();

/**
 * Adds the routes.
 * @param conflicts reads and settles the connection's conflicts
 */
export function conflictRoutes(app: Hono<Env>, { view }: RouteContext, conflicts: OpenConflicts): void {
  app.get("/conflicts", async (c) => {
    const open = await conflicts.open();
    const settled = parsed(figure, c.req.query("saved"));
    const changing = parsed(figure, c.req.query("changing")) ?? 0;
    return c.html(
      <Conflicts
        view={view(c)}
        conflicts={await conflicts.cardsOf(open.slice(0, SHOWN))}
        total={open.length}
        nameOf={choiceName}
        saved={settled === undefined ? undefined : { settled, changing }}
        confirmed={c.req.query("confirmed") !== undefined}
      />,
    );
  });
  app.post("/conflicts", async (c) => {
    const form = await formOf(c);
    if (form.all === "yes") {
      await conflicts.confirm(parsed(moment, form.until));
      return c.redirect("/conflicts?confirmed", 303);
    }
    const { settled, changing } = await conflicts.choose((one) => choice.parse(form[choiceName(one)]));
    return c.redirect(`/conflicts?saved=${settled}&changing=${changing}`, 303);
  });
}
