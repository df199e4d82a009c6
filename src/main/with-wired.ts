/** Opens everything for one command. */
import type { Wired } from "../app/wired.ts";
import { chosenSettings } from "./open-connections.ts";
import { wire } from "./wire.ts";

/** Opens everything for one command and closes it afterwards. */
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
