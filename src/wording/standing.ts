/**
 * A contact's standing in two sentences: what it means, and what helps. Pages, terminal, reports and mails share them
 * (R2). If a sentence names a command or a setting, pages have their own version with the button's name (`onPage.…`).
 */
import { type Texts, textOr } from "../i18n/texts.ts";
import type { Because, StandingReason } from "../plan/standings.ts";

/** The two sentences about a standing. */
export interface StandingWords {
  /** What the standing means for this contact. */
  readonly message: string;
  /** What helps. */
  readonly helps: string;
}

/** Where the sentences are shown. */
export type Place = "page" | "anywhere";

/** Reasons of contacts who have to sign up again themselves (C5). */
const SIGN_UP: readonly StandingReason[] = ["forgotten", "must-resubscribe", "unsubscribed", "member-deleted"];

/**
 * Returns the sentences for a contact.
 * @param signUpUrl the audience's own sign-up page; `null` if unknown
 */
export function standingWords(
  { reason, detail = {} }: Because,
  t: Texts,
  signUpUrl: string | null = null,
  place: Place = "anywhere",
): StandingWords {
  const { code, words, fields = [], address = "" } = detail;
  const filled = {
    why: code === undefined ? "" : t(`failure.${code}`),
    words: words === undefined ? "" : t("why.words", { text: words }),
    fields: fields.map((name) => (name === "tags" ? t("why.tags") : textOr(`field.${name}`, name, t))).join(", "),
    address,
  };
  const say = (
    key: `${"why" | "helps"}.${StandingReason}` | "helps.signUp",
    values: Readonly<Record<string, string>>,
  ) => {
    const text = t(key, values);
    return place === "page" ? textOr(`onPage.${key}`, text, t, values) : text;
  };
  return {
    message: say(`why.${reason}`, filled).trim(),
    helps:
      signUpUrl !== null && mustSignUp(reason)
        ? say("helps.signUp", { url: signUpUrl })
        : say(`helps.${reason}`, filled),
  };
}

/** Returns whether contacts with a reason can return only by signing up again themselves (C5). */
export function mustSignUp(reason: StandingReason): boolean {
  return SIGN_UP.includes(reason);
}

/** Returns the sentences that apply to all contacts with a reason. Parameters as for `standingWords`. */
export function groupWords(
  reason: StandingReason,
  t: Texts,
  signUpUrl: string | null = null,
  place: Place = "anywhere",
): StandingWords {
  const { message, helps } = standingWords({ reason }, t, signUpUrl, place);
  return { message: textOr(`group.${reason}`, message, t), helps };
}
