/** Opens and closes a connection around one command. */
import type { Wired } from "../app/wired.ts";
import { chosenSettings } from "./open-connections.ts";
import { wire } from "./wire.ts";

/**
 * Opens the chosen connection, calls `work`, and closes it.
 * @param stop ends requests and retries
 * @param how the options of `wire`
 * @throws the errors of `wire` and of `work`
 */
export async function withWired<T>(
  work: (wired: Wired) => Promise<T>,
  stop = new AbortController().signal,
  how: Parameters<typeof wire>[4] = {},
): Promise<T> {
  const wired = await wire(await chosenSettings(), stop, undefined, undefined, how);
  try {
    return await work(wired);
  } finally {
    await wired.store.close();
  }
}
