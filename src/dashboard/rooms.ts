/** What the routes of the dashboard share. */
import type { Context } from "hono";
import type { Wish } from "../deletions/wish.ts";
import type { View } from "../pages/layout.tsx";
import type { Desk } from "./desk.ts";
import type { House } from "./house.ts";
import type { Session } from "./security.ts";

/** What every answer may look up. */
export interface Env {
  Variables: {
    session: Session;
    /** How much waits for a human, where the answer is a page of a connection. */
    todo?: number;
  };
}
export type Asked = Context<Env>;

/** What the routes share. */
export interface Rooms {
  readonly house: House;
  readonly desk: Desk;
  /** Begins what somebody wishes, unless something is going on; who wished it is written down. */
  ask(c: Asked, wish: Wish): void;
  /** The reader's language and the session's token, for a page. */
  view(c: Asked): View;
  /** What stopped the work asked for last, in the reader's language; `undefined` where nothing did. */
  failure(c: Asked): string | undefined;
}
