/**
 * The answers of the set-up so far. API keys go to `.env` at once; all other answers wait here until the first sync is
 * started, so that no command runs with half of the answers.
 */
import { z } from "zod";
import { NEW_MEMBER_STATUSES } from "../domain/status.ts";
import { describe } from "../services/services.ts";

const names = z.array(z.string().min(1)).min(1);

/** The schema of the draft's file. An unanswered question is absent. */
export const draftShape = z.object({
  /** The audience's id, and its name and size for display. */
  audience: z.object({ id: z.string(), name: z.string(), members: z.number() }).optional(),
  /** The lines of the mapping that override the default ones. */
  fields: z
    .array(
      z.object({
        copper: z.string(),
        mailchimp: z.string(),
        direction: z.enum(["both", "to-mailchimp", "to-copper", "none"]),
      }),
    )
    .optional(),
  /** Which people take part; `null` for everyone. */
  filter: z.object({ tags: names.optional(), contactTypes: names.optional() }).nullable().optional(),
  newMembers: z.enum(NEW_MEMBER_STATUSES).optional(),
  createInCopper: z.boolean().optional(),
  /** The addresses of a first trial; empty for everyone. */
  only: z.array(z.string()).optional(),
  interval: z.number().int().min(1).optional(),
});
/** The answers so far. */
export type Draft = Readonly<z.infer<typeof draftShape>>;

/** What is answered: the draft, and whether `.env` has each key. */
export interface Known {
  readonly draft: Draft;
  readonly copper: boolean;
  readonly mailchimp: boolean;
}

/** Returns the settings for a draft, by name, without keys. */
export function settingsIn(draft: Draft): Record<string, string> {
  const { audience, newMembers, createInCopper, only, interval } = draft;
  return {
    ...(audience && { [describe("mailchimp").audience]: audience.id }),
    ...(newMembers && { NEW_MEMBER_STATUS: newMembers }),
    ...(createInCopper !== undefined && { CREATE_IN_COPPER: String(createInCopper) }),
    ...(only && only.length > 0 && { ONLY: only.join(",") }),
    ...(interval !== undefined && { SYNC_INTERVAL: String(interval) }),
  };
}
