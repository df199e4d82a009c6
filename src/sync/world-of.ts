/** Puts together what reconciling needs: the records after the reading, and what is stored about them. */
import { addressKey } from "../domain/address.ts";
import type { Value } from "../domain/values.ts";
import { inSteps } from "../limits/breaks.ts";
import { isSetAside } from "../plan/outcomes.ts";
import type { OddRecord } from "../ports/sides.ts";
import type { ConflictResolution, State, Store } from "../ports/store.ts";
import type { World } from "../reconcile/world.ts";
import { lapsed } from "./field-definitions.ts";
import type { Seen } from "./read.ts";
import { rebuilt } from "./rebuild.ts";
import { oddAddresses } from "./record-kinds.ts";
import { namesInDoubt, recovered, tagsInDoubt, toldAloneInDoubt } from "./recover.ts";
import type { PrepareOptions, RunContext } from "./run-context.ts";

/** People whose link changed before planning. */
export interface Relinked {
  /** By writes in doubt, a new mapping or a rebuild. */
  readonly moved: ReadonlySet<number>;
  /** People whose link a rebuild removed. */
  readonly dropped: readonly number[];
}

/** Changes the links by what became of writes in doubt, by a new mapping, and by a rebuild. */
export async function relink(
  { links }: Pick<State, "links">,
  { persons, members }: Seen,
  { doubts, remapped, mapping }: RunContext,
  { rebuild }: PrepareOptions,
): Promise<Relinked> {
  const { mapped } = mapping;
  const moved = new Set<number>();
  for (const link of recovered(links, doubts, persons, members, mapped)) {
    links.set(link.personId, link);
    moved.add(link.personId);
  }
  if (remapped)
    for (const link of await inSteps(lapsed(links.values(), mapped))) {
      links.set(link.personId, link);
      moved.add(link.personId);
    }
  return { moved, dropped: rebuild ? rebuilt(links, persons, members, moved) : [] };
}

/**
 * Returns the world to decide on.
 * @param odd records that did not parse
 */
export async function worldOf(
  store: Store,
  state: State,
  seen: Seen,
  { doubts, mapping, holdings, shared, cursors }: RunContext,
  { retryRejected, rebuild }: PrepareOptions,
  odd: readonly OddRecord[],
): Promise<World> {
  const { persons, members, unseen, partly, before } = seen;
  const { links } = state;
  const aside = retryRejected || rebuild ? [] : state.troubles.filter(isSetAside);
  return {
    persons,
    members,
    links,
    rejected: new Map(state.rejections.map((one) => [addressKey(one.address), one.code])),
    retryRejected,
    unseen,
    partly,
    odd: oddAddresses(odd),
    run: ((await store.fact("runs")) ?? 0) + 1,
    since: holdings.since,
    ...(shared && { shared }),
    toldAlone: new Map([...((await store.fact("toldAlone")) ?? []), ...toldAloneInDoubt(doubts, links, persons)]),
    chosenValues: resolutionsOf(state.resolutions),
    tagsInDoubt: tagsInDoubt(doubts),
    namesInDoubt: namesInDoubt(doubts, persons, mapping.mapped),
    deleted: new Set(state.deleted.map(addressKey)),
    reviewed: new Map(state.reviews.map(({ personId, ignored }) => [personId, ignored])),
    setAside: new Set(aside.map((one) => addressKey(one.contact))),
    ...(before && { before }),
    // An earlier version completed the first sync, but did not record that
    grown:
      (await store.fact("grown")) === true || (cursors !== undefined && (await store.fact("looked at")) === undefined),
  };
}

/** Returns the values that the operator chose in conflicts, by person and field. */
function resolutionsOf(resolutions: readonly ConflictResolution[]): Map<number, Map<string, Value>> {
  const byPerson = Map.groupBy(resolutions, (resolution) => resolution.personId);
  return new Map(
    [...byPerson].map(([id, list]) => [id, new Map(list.map((resolution) => [resolution.field, resolution.value]))]),
  );
}
