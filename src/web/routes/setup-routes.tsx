/** Routes of the set-up, one page for each step. All forms work without JavaScript and are parsed here. */
import { type Context, Hono } from "hono";
import { setCookie } from "hono/cookie";
import { z } from "zod";
import { NEW_MEMBER_STATUSES } from "../../domain/status.ts";
import { type Language, texts } from "../../i18n/texts.ts";
import { TITLE } from "../../services/services.ts";
import { mayOpen, nextStep, STEPS, type Step, stepAfter } from "../../setup/steps.ts";
import type { Auth } from "../auth.ts";
import { type Explained, handleErrors } from "../error-pages.tsx";
import { accepted, languageFor } from "../language.ts";
import { formOf, madeName, parsed } from "../request-input.ts";
import type { Env } from "../route-context.ts";
import type { SetupBackend } from "../setup-backend.ts";
import type { View } from "../views/layout.tsx";
import { NewContactsStep } from "../views/setup/choices.tsx";
import { AudienceStep, CopperStep, MailchimpStep } from "../views/setup/keys.tsx";
import { PreviewStep } from "../views/setup/preview.tsx";
import { setupChoiceRoutes } from "./setup-choice-routes.tsx";

/** Seconds until a page that waits for a plan reloads; it works without JavaScript. */
const AGAIN = 2;

/** An API key as it is pasted. */
const keyText = z.string().trim().min(1).max(500);
const addressText = z.string().trim().max(320);
const newContacts = z.object({
  newMembers: z.enum(NEW_MEMBER_STATUSES),
  createInCopper: z.enum(["yes", "no"]).transform((answer) => answer === "yes"),
});

interface Around {
  readonly language: Language;
  explain(error: unknown, language: Language): Explained;
  log(line: string): void;
}

/**
 * Creates the application of the set-up. Every other path redirects to the next step.
 * @param around the language and the error texts of the server
 */
export function setupPages(backend: SetupBackend, safety: Auth, around: Around): Hono<Env> {
  const app = new Hono<Env>();
  const language = (c: Context) => languageFor(c, accepted(around.language));
  const view = (c: Context<Env>): View => ({
    t: texts(language(c)),
    language: language(c),
    csrf: safety.formToken(c.get("session"), ""),
    base: "",
    path: new URL(c.req.url).pathname,
    audience: TITLE,
    busy: false,
  });
  const to = (c: Context<Env>, step: Step) => c.redirect(`/setup/${step}`, 303);
  const onward = (c: Context<Env>, from: Step) => to(c, stepAfter(from));

  app.use(safety.session(""));
  // Redirect a step that cannot be answered yet to the one that is due
  app.use("/setup/:step", async (c, next) => {
    const step = STEPS.find((one) => one === c.req.param("step"));
    return step === undefined || mayOpen(step, backend.known()) ? next() : to(c, nextStep(backend.known()));
  });

  app.get("/setup/copper", (c) =>
    c.html(<CopperStep view={view(c)} email={backend.email()} there={backend.known().copper} />),
  );
  app.post("/setup/copper", async (c) => {
    const form = await formOf(c);
    const email = parsed(addressText, form.email);
    const tried = await backend.tryCopper(parsed(keyText, form.key), email);
    if (tried.ok) return onward(c, "copper");
    return c.html(<CopperStep view={view(c)} email={email} there={false} trouble={tried.trouble} />, 422);
  });

  app.get("/setup/mailchimp", (c) =>
    c.html(<MailchimpStep view={view(c)} there={backend.known().mailchimp} byTeam={backend.byTeam()} />),
  );
  app.post("/setup/mailchimp", async (c) => {
    const { key } = await formOf(c);
    const tried = await backend.tryMailchimp(parsed(keyText, key));
    if (tried.ok) return onward(c, "mailchimp");
    return c.html(<MailchimpStep view={view(c)} there={false} byTeam={false} trouble={tried.trouble} />, 422);
  });

  app.get("/setup/audience", async (c) => {
    // Show the page even if Mailchimp fails, with the reason
    const chosen = backend.known().draft.audience?.id;
    try {
      return c.html(<AudienceStep view={view(c)} audiences={await backend.audiences()} chosen={chosen} />);
    } catch (error) {
      const wrong = backend.explain(error, language(c));
      return c.html(<AudienceStep view={view(c)} audiences={[]} chosen={chosen} wrong={wrong} />);
    }
  });
  app.post("/setup/audience", async (c) => {
    const form = await formOf(c);
    const id = parsed(madeName, form.audience);
    // Accept only an audience that the key can access
    const audience = (await backend.audiences()).find((one) => one.id === id);
    if (audience === undefined) return to(c, "audience");
    backend.answer({ audience });
    return onward(c, "audience");
  });

  setupChoiceRoutes(app, { backend, view, to, onward });

  app.get("/setup/new-contacts", (c) => c.html(<NewContactsStep view={view(c)} draft={backend.known().draft} />));
  app.post("/setup/new-contacts", async (c) => {
    const read = newContacts.safeParse(await formOf(c));
    if (!read.success) {
      const wrong = view(c).t("setup.new.both");
      return c.html(<NewContactsStep view={view(c)} draft={backend.known().draft} wrong={wrong} />, 422);
    }
    backend.answer(read.data);
    return onward(c, "new-contacts");
  });

  app.get("/setup/preview", (c) => {
    const preview = backend.preview();
    switch (preview.state) {
      case "going":
        c.header("Refresh", String(AGAIN));
        return c.html(<PreviewStep view={view(c)} read={preview.read} />);
      case "failed":
        return c.html(<PreviewStep view={view(c)} wrong={backend.explain(preview.error, language(c))} />);
      case "ready":
        return c.html(<PreviewStep view={view(c)} document={preview.document} />);
    }
  });
  app.post("/setup/preview", (c) => {
    backend.planAgain();
    return to(c, "preview");
  });
  app.post("/setup/start", async (c) => {
    const { run } = await formOf(c);
    const reader = language(c);
    if (!(await backend.start(parsed(madeName, run), reader))) return to(c, "preview");
    // Keep the language of the set-up for the dashboard
    setCookie(c, "lang", reader, { path: "/", sameSite: "Strict", maxAge: 31_536_000 });
    return c.redirect("/started", 303);
  });
  app.all("*", (c) => to(c, nextStep(backend.known())));
  handleErrors(app, { ...around, language: accepted(around.language) });
  return app;
}
