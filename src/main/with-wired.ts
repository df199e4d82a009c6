/** Opens and closes a connection around one command. */
import type { Wired } from "../app/wired.ts";
import { chosenSettings } from "./chosen-settings.ts";
import { wire } from "./wire.ts";

/**
 * Opens a connection, calls `work`, and closes it.
 * @param stop ends requests and retries
 * @param how the options of `wire`
 * @param name by default the connection in `SYNC_CONNECTION`
 * @throws the errors of `wire` and of `work`
 */
export async function withWired<T>(
  work: (wired: Wired) => Promise<T>,
  stop = new AbortController().signal,
  how: Parameters<typeof wire>[4] = {},
  name?: string,
): Promise<T> {
  const wired = await wire(await chosenSettings(name), stop, undefined, undefined, how);
  try {
    return await work(wired);
  } finally {
    await wired.store.close();
  }
}
