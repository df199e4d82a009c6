/** The order of the set-up's steps, and which of them can be opened. */
import type { Known } from "./draft.ts";

/** The steps in order; each is a page. */
export const STEPS = [
  "copper",
  "mailchimp",
  "audience",
  "fields",
  "people",
  "new-contacts",
  "trial",
  "preview",
] as const;
/** The name of a step. */
export type Step = (typeof STEPS)[number];

/** Returns whether a step is answered. The preview never is, since starting the sync ends the set-up. */
export function isAnswered(step: Step, { draft, copper, mailchimp }: Known): boolean {
  switch (step) {
    case "copper":
      return copper;
    case "mailchimp":
      return mailchimp;
    case "audience":
      return draft.audience !== undefined;
    case "fields":
      return draft.fields !== undefined;
    case "people":
      return draft.filter !== undefined;
    case "trial":
      return draft.only !== undefined;
    case "new-contacts":
      return draft.newMembers !== undefined && draft.createInCopper !== undefined;
    case "preview":
      return false;
  }
}

/** Returns the first unanswered step, at which a returning visitor continues. */
export function nextStep(known: Known): Step {
  return STEPS.find((step) => !isAnswered(step, known)) ?? "preview";
}

/** Returns whether a step can be opened: all steps before it are answered. */
export function mayOpen(step: Step, known: Known): boolean {
  return STEPS.indexOf(step) <= STEPS.indexOf(nextStep(known));
}

/** Returns the previous step; `undefined` for the first. */
export function stepBefore(step: Step): Step | undefined {
  return STEPS[STEPS.indexOf(step) - 1];
}

/** Returns the next step; the last one returns itself. */
export function stepAfter(step: Step): Step {
  return STEPS[STEPS.indexOf(step) + 1] ?? "preview";
}
