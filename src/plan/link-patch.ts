/** Changes of a link after an operation has succeeded. Pure. */
import type { Link, Refusal } from "../domain/contact.ts";

/**
 * The change of a link that an operation's success brings. Baseline and refusals are merged by key; a refusal of `null`
 * is deleted.
 */
export type LinkPatch = Partial<Omit<Link, "refused">> & {
  readonly refused?: Readonly<Record<string, Refusal | null>>;
};

/**
 * Returns a link with a patch applied. A pair of fields in the new baseline loses its refusal, since it has been agreed
 * on.
 */
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

/**
 * Returns a new link, before anything is agreed.
 * @param address the member's address, as a key (W1)
 * @param since the position in the order of links (W6)
 */
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
