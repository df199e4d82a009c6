/** Routes of the settings: show them and change them. Only the operator can change them; a client can read them. */
import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { type Change, changeIn, hasEffect, isEmpty } from "../../setup/changeable-settings.ts";
import { type Line, withKept } from "../../setup/mapping-lines.ts";
import { fieldsForm } from "../fields-form.ts";
import { formOf, madeName, parsed } from "../request-input.ts";
import type { AppContext, Env, RouteContext } from "../route-context.ts";
import type { SettingsEditor } from "../settings-editor.ts";
import { Settings } from "../views/settings.tsx";
import { ChangeEffect, ChangeSettings } from "../views/settings-change.tsx";
import { ChangeFields } from "../views/setup/fields.tsx";

/** The most changes that wait for their confirmation; the oldest is discarded. */
const WAITING = 10;
/** Seconds until a page that waits for a plan reloads. */
const AGAIN = 2;

/** Adds the routes. A change with an effect on contacts is saved in two steps: its plan is shown first. */
export function settingsRoutes(app: Hono<Env>, { backend, view }: RouteContext): void {
  const { store } = backend;
  /** Changes that wait, by id. They stay on the server, since they may contain a password. */
  const waiting = new Map<string, Change>();
  const mayChange = (c: AppContext): SettingsEditor | undefined =>
    c.get("session").client === undefined ? backend.changing : undefined;
  const editorFor = (c: AppContext): SettingsEditor => {
    const editor = mayChange(c);
    if (editor === undefined) throw new HTTPException(404);
    return editor;
  };
  const waitingFor = (id: string): Change => {
    const change = waiting.get(id);
    if (change === undefined) throw new HTTPException(404);
    return change;
  };

  const wait = (change: Change): string => {
    const id = randomUUID();
    waiting.set(id, change);
    for (const old of [...waiting.keys()].slice(0, -WAITING)) waiting.delete(old);
    return id;
  };
  /** The mapping that the visitor tries out and has not saved yet. */
  let chosenFields: readonly Line[] | undefined;
  const draftOr = (editor: SettingsEditor) => () => chosenFields ?? editor.lines();

  app.get("/settings", async (c) => {
    const mapping = (await store.fact("mapping")) ?? [];
    const findings = c.req.query("doctor") === undefined ? undefined : await backend.examine(view(c).language);
    const unmet = (await store.fact("unmet")) ?? [];
    return c.html(
      <Settings
        view={view(c)}
        settings={backend.settings}
        mapping={mapping}
        unmet={unmet}
        findings={findings}
        inForce={mayChange(c)?.inForce()}
        saved={c.req.query("saved") !== undefined}
      />,
    );
  });
  app.get("/settings/change", (c) => c.html(<ChangeSettings view={view(c)} now={editorFor(c).inForce()} />));
  app.post("/settings/change", async (c) => {
    const editor = editorFor(c);
    const form = await formOf(c);
    const now = editor.inForce();
    const change = changeIn(form, now);
    const wrong = change === undefined ? view(c).t("change.unusable") : editor.wrong(change, view(c).language);
    if (change === undefined || wrong !== undefined)
      return c.html(<ChangeSettings view={view(c)} now={now} sent={withoutSecrets(form)} wrong={wrong} />, 422);
    if (isEmpty(change)) return c.redirect("/settings", 303);
    // Without an effect on contacts there is nothing to preview
    if (!hasEffect(change)) {
      await editor.save(change);
      return c.redirect("/settings?saved", 303);
    }
    return c.redirect(`/settings/effect?id=${wait(change)}`, 303);
  });
  async function fieldsPage(c: AppContext, wrong?: string) {
    const editor = editorFor(c);
    const { props, read } = await fieldsForm(editor.accounts, draftOr(editor)).shown();
    const trouble = read.error === undefined ? undefined : backend.explain(read.error, view(c).language);
    return c.html(<ChangeFields view={view(c)} {...props} wrong={wrong ?? trouble} />, wrong === undefined ? 200 : 422);
  }
  app.get("/settings/fields", (c) => {
    // A fresh visit starts from the saved mapping
    if (c.req.query("again") === undefined) chosenFields = undefined;
    return fieldsPage(c);
  });
  app.post("/settings/fields", async (c) => {
    const editor = editorFor(c);
    const sent = await formOf(c);
    const { lines, merges, wrong } = await fieldsForm(editor.accounts, draftOr(editor)).taken(sent, view(c));
    chosenFields = lines;
    if (wrong !== undefined) return fieldsPage(c, wrong);
    if (sent.make !== undefined || sent.look !== undefined) return c.redirect("/settings/fields?again", 303);
    return c.redirect(
      `/settings/effect?id=${wait({ settings: {}, fields: withKept(lines, editor.lines(), merges) })}`,
      303,
    );
  });
  app.get("/settings/effect", (c) => {
    const editor = editorFor(c);
    const id = parsed(madeName, c.req.query("id"));
    const preview = editor.preview(id, waitingFor(id));
    switch (preview.state) {
      case "going":
        c.header("Refresh", String(AGAIN));
        return c.html(<ChangeEffect view={view(c)} id={id} read={preview.read} />);
      case "failed": {
        const wrong = backend.explain(preview.error, view(c).language);
        return c.html(<ChangeEffect view={view(c)} id={id} wrong={wrong} />);
      }
      case "ready":
        return c.html(<ChangeEffect view={view(c)} id={id} document={preview.document} />);
    }
  });
  app.post("/settings/save", async (c) => {
    const editor = editorFor(c);
    const id = parsed(madeName, (await formOf(c)).id);
    const change = waitingFor(id);
    // Save only a change whose effect could be shown
    if (editor.preview(id, change).state !== "ready") return c.redirect(`/settings/effect?id=${id}`, 303);
    await editor.save(change);
    waiting.delete(id);
    return c.redirect("/settings?saved", 303);
  });
  app.post("/settings/test", async (c) => {
    const told = await editorFor(c).test(view(c).language);
    const { t } = view(c);
    const said =
      told === undefined
        ? t("change.noPlace")
        : told.length === 0
          ? t("change.testSent")
          : t("change.testWrong", { list: told.join("; ") });
    return c.html(<ChangeSettings view={view(c)} now={editorFor(c).inForce()} said={said} />);
  });
}

/** Returns a form's values for showing them again, without secrets. */
function withoutSecrets(form: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { NOTIFY_SMTP_URL: _, NOTIFY_HOOK: __, csrf: ___, ...shown } = form;
  return shown;
}
