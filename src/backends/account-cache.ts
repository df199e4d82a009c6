/** Reads both accounts for the set-up, and caches the responses while it lasts. */

import type { Opened } from "../app/wired.ts";
import type { Settings } from "../config/settings.ts";
import type { CustomField, NamedMerge } from "../domain/fields.ts";
import { open } from "../main/wire.ts";
import { everyField } from "../setup/mapping-lines.ts";
import { PeopleSample } from "../setup/people-sample.ts";
import type { AccountReader, PeopleRead } from "../web/setup-backend.ts";

/** How long to wait for the people (ms), so that the first page already shows those of a small account. */
const SMALL_ACCOUNT = 3_000;

/** A cache over both accounts. All methods throw ServiceError and SettingsError. */
export interface AccountCache extends AccountReader {
  /** Clears the cache, after a change of the keys or the audience. */
  forget(): void;
}

/**
 * Creates the cache.
 * @param settings returns the settings for the answers so far
 */
export function accountCache(settings: () => Settings): AccountCache {
  let stop = new AbortController();
  let merges: Promise<readonly NamedMerge[]> | undefined;
  let customs: Promise<readonly CustomField[]> | undefined;
  let met: { -readonly [Key in keyof PeopleRead]: PeopleRead[Key] } | undefined;
  let reading: Promise<void> = Promise.resolve();

  async function using<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    const opened = await open(settings(), stop.signal);
    return work(opened).finally(() => opened.database.destroy());
  }
  /** Caches a response, but not a failure. */
  function once<T>(ask: () => Promise<T>, drop: () => void): Promise<T> {
    return ask().catch((error: unknown) => {
      drop();
      throw error;
    });
  }
  const its = {
    merges() {
      merges ??= once(
        () => using(({ fields }) => fields.list()),
        () => {
          merges = undefined;
        },
      );
      return merges;
    },
    customs() {
      customs ??= once(
        () => using(({ copper }) => copper.customFields()),
        () => {
          customs = undefined;
        },
      );
      return customs;
    },
  };
  async function read(into: NonNullable<typeof met>, signal: AbortSignal): Promise<void> {
    try {
      const fields = await its.customs();
      await using(async ({ copper }) => {
        const { zone } = await copper.identity();
        // Read every field: the page shows examples of each before anything is chosen
        const traits = { contactTypes: await copper.contactTypes(), fields: [] };
        const { reader } = copper.open({ mapped: everyField(fields), customs: fields, zone, traits }, signal);
        await reader.readAll((page) => into.sample.addPage(page));
      });
      into.state = "done";
    } catch (error) {
      into.error = error;
      into.state = "failed";
    }
  }

  return {
    ...its,
    async people() {
      // Start again after a failure
      if (met === undefined || met.state === "failed") {
        met = { sample: new PeopleSample(), state: "going" };
        reading = read(met, stop.signal);
      }
      const here = met;
      await Promise.race([reading, new Promise((done) => setTimeout(done, SMALL_ACCOUNT).unref())]);
      return here;
    },
    async make(wanted) {
      const wrong = await using(async ({ fields, log }) => {
        const said = await fields.make(wanted);
        log(`set-up: merge field ${wanted.tag} ${said === undefined ? "made" : "not made"}`);
        return said;
      });
      // Read the list again: it may have changed even if Mailchimp refused
      merges = undefined;
      return wrong;
    },
    forget() {
      stop.abort();
      stop = new AbortController();
      [merges, customs, met] = [undefined, undefined, undefined];
    },
  };
}
