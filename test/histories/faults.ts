/** What goes wrong: hands that change things meanwhile, mishaps of writes, and the plug that is pulled. */
import type { Member, Person } from "../../src/domain/contact.ts";
import type { Operation } from "../../src/plan/operations.ts";
import type { Store } from "../../src/ports/store.ts";

/** The process died. */
export class Killed extends Error {}

/** Lets a refusal pass: what met it can be asked for again. Throws what has killed the process. */
export function notKilled(error: unknown): void {
  if (error instanceof Killed) throw error;
}

/** What goes wrong with a write. */
export type Mishap = "none" | "refused" | "ignored" | "lost-before" | "lost-after" | "killed-before" | "killed-after";

/** What the world does to the program. */
export interface Faults {
  /** Something may happen between two requests: somebody's hand. */
  meanwhile(): void;
  /** Asked before each write. */
  mishap(): Mishap;
  /** How a reading ends: `undefined` for well, else after so many records. */
  cut(side: "copper" | "mailchimp"): number | undefined;
  /** Told of each write that has its effect. */
  written(operation: Operation, before: Person | Member | undefined): void;
  /** Set once the process is dead. */
  killed?: boolean;
}

/** Nothing happens. */
export const CALM: Faults = {
  meanwhile: () => undefined,
  mishap: () => "none",
  cut: () => undefined,
  written: () => undefined,
};

/** A store that fails once the process is dead. */
export function unplugged(store: Store, dead: () => boolean): Store {
  return new Proxy(store, {
    get(target, name) {
      const value = target[name as keyof Store];
      if (typeof value !== "function") return value;
      return (...args: never[]) => {
        if (dead()) throw new Killed();
        return (value as (...all: never[]) => unknown).apply(target, args);
      };
    },
  });
}

/** Remembers that a write has killed the process. */
export function killing(faults: Faults): Faults {
  return {
    ...faults,
    mishap: () => {
      const mishap = faults.mishap();
      if (mishap.startsWith("killed")) faults.killed = true;
      return mishap;
    },
  };
}
