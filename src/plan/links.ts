/** What becomes of a link when an operation has succeeded. Pure. */
import type { Link, Refusal } from "../domain/contact.ts";

/**
 * What a link becomes once an operation has succeeded; the baseline is merged pair by pair, and so is what is remembered
 * as not taken: `null` forgets it.
 */
export type LinkPatch = Partial<Omit<Link, "refused">> & {
  readonly refused?: Readonly<Record<string, Refusal | null>>;
};

/** Returns a link with what an operation settles. What has been agreed on is no longer remembered as not taken. */
export function patchLink(link: Link, { baseline, refused, ...rest }: LinkPatch): Link {
  return {
    ...link,
    ...rest,
    baseline: baseline === undefined ? link.baseline : { ...link.baseline, ...baseline },
    refused:
      baseline === undefined && refused === undefined ? link.refused : remembered(link.refused, baseline, refused),
  };
}

function remembered(known: Link["refused"], agreed: LinkPatch["baseline"], refused: LinkPatch["refused"]) {
  const next: Record<string, Refusal> = { ...known };
  for (const pair of Object.keys(agreed ?? {})) delete next[pair];
  for (const [key, refusal] of Object.entries(refused ?? {})) {
    if (refusal === null) delete next[key];
    else next[key] = refusal;
  }
  return next;
}

const NOTHING: Readonly<Record<string, never>> = Object.freeze({});
const NO_TAGS: readonly string[] = Object.freeze([]);

/** A link as it stands before anything is agreed. */
export function newLink(personId: number, memberKey: string, address: string, since: number): Link {
  return {
    personId,
    memberKey,
    address,
    since,
    baseline: NOTHING,
    tagsPut: NO_TAGS,
    refused: NOTHING,
    archived: null,
  };
}
