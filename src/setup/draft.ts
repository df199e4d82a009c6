/**
 * What the set-up has been told so far. It holds no key: keys go to `.env` at once, everything else waits here until the
 * first sync is started, so that no other command can run on half an answer.
 */
import { z } from "zod";
import { NEW_MEMBER_STATUSES } from "../domain/status.ts";

const names = z.array(z.string().min(1)).min(1);

/** The shape of the draft in its file. A question that is not answered yet is absent. */
export const draftShape = z.object({
  /** The audience by id, and by name for people to read. */
  audience: z.object({ id: z.string(), name: z.string(), members: z.number() }).optional(),
  /** Lines of the mapping over the default ones. */
  fields: z
    .array(
      z.object({
        copper: z.string(),
        mailchimp: z.string(),
        direction: z.enum(["both", "to-mailchimp", "to-copper", "none"]),
      }),
    )
    .optional(),
  /** Who takes part; `null` for everybody. */
  filter: z.object({ tags: names.optional(), contactTypes: names.optional() }).nullable().optional(),
  newMembers: z.enum(NEW_MEMBER_STATUSES).optional(),
  createInCopper: z.boolean().optional(),
  /** Addresses of a first trial; empty for all. */
  only: z.array(z.string()).optional(),
  interval: z.number().int().min(1).optional(),
});
export type Draft = Readonly<z.infer<typeof draftShape>>;

/** Which answers there are: the draft, and which keys are in `.env`. */
export interface Known {
  readonly draft: Draft;
  readonly copper: boolean;
  readonly mailchimp: boolean;
}

/** Returns the settings that a draft stands for, by name; keys are not among them. */
export function settingsIn(draft: Draft): Record<string, string> {
  const { audience, newMembers, createInCopper, only, interval } = draft;
  return {
    ...(audience && { MAILCHIMP_LIST_ID: audience.id }),
    ...(newMembers && { NEW_MEMBER_STATUS: newMembers }),
    ...(createInCopper !== undefined && { CREATE_IN_COPPER: String(createInCopper) }),
    ...(only && only.length > 0 && { ONLY: only.join(",") }),
    ...(interval !== undefined && { SYNC_INTERVAL: String(interval) }),
  };
}
