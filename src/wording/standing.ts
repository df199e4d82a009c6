/**
 * Where a contact stands, in words: what it means for them, and what helps. The same two sentences on pages, in the
 * terminal, in reports and in mails (R2); only where one of them is a command or a setting's name, a page has one of its
 * own that names the button or the page instead (`onPage.…`).
 */
import { type Texts, textOr } from "../i18n/texts.ts";
import type { Because, StandingReason } from "../plan/standings.ts";

/** The two sentences of a reason. */
export interface StandingWords {
  /** What it means for this contact. */
  readonly message: string;
  readonly helps: string;
}

/** Where the sentences stand. */
export type Place = "page" | "anywhere";

/** Reasons of contacts who must sign up again themselves (C5). */
const SIGN_UP: readonly StandingReason[] = ["forgotten", "must-resubscribe", "unsubscribed", "member-deleted"];

/**
 * Puts into words why a contact stands where it stands.
 * @param signUpUrl the audience's own sign-up page, where it is known
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

/** Returns whether contacts who stand for a reason can come back only by signing up again themselves (C5). */
export function mustSignUp(reason: StandingReason): boolean {
  return SIGN_UP.includes(reason);
}

/** Puts into words what several contacts have in common that stand for one reason. */
export function groupWords(
  reason: StandingReason,
  t: Texts,
  signUpUrl: string | null = null,
  place: Place = "anywhere",
): StandingWords {
  const { message, helps } = standingWords({ reason }, t, signUpUrl, place);
  return { message: textOr(`group.${reason}`, message, t), helps };
}
