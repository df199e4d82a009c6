/** Makes plans in the background, one for each state of the answers. Only the latest is kept. */

import { runReporting } from "../app/run-sync.ts";
import type { Settings } from "../config/settings.ts";
import { wire } from "../main/wire.ts";
import type { Preview } from "../web/setup-backend.ts";

/** Makes plans in the background. */
export interface Previewer {
  /** Returns the plan for a state, and starts it if there is none. @param key identifies the state */
  look(key: string, settings: () => Settings): Preview;
  /** Stops the plan and discards it. */
  drop(): void;
}

/** Creates a previewer. A plan only reads; nothing is written to a service. */
export function previewer(): Previewer {
  let current: { readonly key: string; readonly stop: AbortController; view: Preview } | undefined;

  async function plan(settings: () => Settings, stop: AbortSignal, show: (view: Preview) => void): Promise<void> {
    const read = { copper: 0, mailchimp: 0 };
    try {
      const wired = await wire(settings(), stop);
      const { document, error } = await runReporting(wired, {}, true, stop, {
        reading(side, count) {
          read[side] = count;
          show({ state: "going", read: { ...read } });
        },
        applying: () => undefined,
      }).finally(() => wired.store.close());
      show(error === undefined ? { state: "ready", document } : { state: "failed", error });
    } catch (error) {
      show({ state: "failed", error });
    }
  }

  return {
    look(key, settings) {
      if (current?.key === key) return current.view;
      // A plan for other answers is of no use, and costs requests
      current?.stop.abort();
      const begun: NonNullable<typeof current> = {
        key,
        stop: new AbortController(),
        view: { state: "going", read: { copper: 0, mailchimp: 0 } },
      };
      current = begun;
      plan(settings, begun.stop.signal, (view) => {
        begun.view = view;
      }).catch((error: unknown) => {
        begun.view = { state: "failed", error };
      });
      return begun.view;
    },
    drop() {
      current?.stop.abort();
      current = undefined;
    },
  };
}
