/**
 * Where a contact stands, in words: what it means for them, and what helps. The same two sentences on pages, in the
 * terminal, in reports and in mails (R2).
 */
import { type TextKey, type Texts, textOr } from "../i18n/texts.ts";
import type { Because, StandingReason } from "../plan/standings.ts";

/** The two sentences of a reason. */
export interface StandingWords {
  /** What it means for this contact. */
  readonly message: string;
  readonly helps: string;
}

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
): StandingWords {
  const { code, words, fields = [], address = "" } = detail;
  const filled = {
    why: code === undefined ? "" : t(`failure.${code}`),
    words: words === undefined ? "" : t("why.words", { text: words }),
    fields: fields.map((name) => (name === "tags" ? t("why.tags") : textOr(`field.${name}`, name, t))).join(", "),
    address,
  };
  const helps: TextKey = `helps.${reason}`;
  return {
    message: t(`why.${reason}`, filled).trim(),
    helps: signUpUrl !== null && SIGN_UP.includes(reason) ? t("helps.signUp", { url: signUpUrl }) : t(helps, filled),
  };
}

/** Puts into words what several contacts have in common that stand for one reason. */
export function groupWords(reason: StandingReason, t: Texts, signUpUrl: string | null = null): StandingWords {
  const { message, helps } = standingWords({ reason }, t, signUpUrl);
  return { message: textOr(`group.${reason}`, message, t), helps };
}
