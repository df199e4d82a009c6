/** The order of the set-up's questions, and which of them may be asked now. */
import type { Known } from "./draft.ts";

/** The steps in the order in which they are asked; each is a page of its own. */
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
export type Step = (typeof STEPS)[number];

/** Returns whether a step has its answer. The preview never has: it is answered by starting. */
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

/** Returns the first step without an answer: where somebody who comes back goes on. */
export function nextStep(known: Known): Step {
  return STEPS.find((step) => !isAnswered(step, known)) ?? "preview";
}

/** Returns whether a step may be opened: everything before it is answered. */
export function mayOpen(step: Step, known: Known): boolean {
  return STEPS.indexOf(step) <= STEPS.indexOf(nextStep(known));
}

/** Returns the step before one; `undefined` for the first. */
export function stepBefore(step: Step): Step | undefined {
  return STEPS[STEPS.indexOf(step) - 1];
}

/** Returns the step after one; the last has none after it and stays. */
export function stepAfter(step: Step): Step {
  return STEPS[STEPS.indexOf(step) + 1] ?? "preview";
}
