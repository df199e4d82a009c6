/** `/activities` of the simulated Copper. */
import type { SimResponse } from "./server.ts";

/** An activity of a record. */
export interface SimActivity {
  readonly id: number;
  readonly parent: { readonly type: string; readonly id: number };
  readonly type: { readonly category: string; readonly id: number };
  readonly details: string;
  /** When it happened (Unix seconds). */
  readonly activity_date: number;
}

/** The records that can have activities. */
interface Parents {
  readonly activities?: SimActivity[];
  readonly people: { get(id: number): { date_modified: number } | undefined };
}

/**
 * Creates the handlers.
 * @param now returns the time (Unix seconds)
 * @param nextId returns an unused id
 */
export function activitiesOf(world: Parents, now: () => number, nextId: () => number) {
  const all = world.activities ?? [];
  return {
    add(fields: Record<string, unknown>): SimResponse {
      const { parent, type, details, activity_date = now() } = fields as unknown as SimActivity;
      const person = parent?.type === "person" ? world.people.get(parent.id) : undefined;
      if (person === undefined || type?.category !== "user" || !details)
        return { status: 422, body: { success: false, status: 422, message: "Invalid input: Parent: is invalid" } };
      const activity = { id: nextId(), parent, type, details, activity_date };
      all.push(activity);
      // Unknown whether an activity changes the person's date, so assume the harder case
      person.date_modified = now();
      return { status: 200, body: activity };
    },
    search(fields: Record<string, unknown>): SimResponse {
      const {
        parent,
        minimum_activity_date = 0,
        page_size = 20,
      } = fields as unknown as {
        parent?: SimActivity["parent"];
        minimum_activity_date?: number;
        page_size?: number;
      };
      const found = all.filter(
        (one) =>
          (parent === undefined || (one.parent.type === parent.type && one.parent.id === parent.id)) &&
          one.activity_date >= minimum_activity_date,
      );
      return { status: 200, body: found.slice(0, page_size) };
    },
  };
}
