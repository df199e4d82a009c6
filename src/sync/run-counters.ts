/**
 * Counts what a run did. An updated contact counts once per side, however many operations changed it. Each tag of each
 * member counts.
 */

import { assertNever, type Operation } from "../plan/operations.ts";
import { Load } from "../plan/request-lower-bound.ts";
import type { CopperCounts, KindView, MailchimpCounts } from "../plan/run-document.ts";
import { addTo } from "../plan/summary.ts";

/** Counts finished operations. */
export class RunCounters {
  /** Operations by kind. */
  readonly summary: Record<string, KindView> = {};
  readonly copper: Omit<CopperCounts, "read" | "requests"> = { created: 0, updated: 0, deleted: 0 };
  readonly mailchimp: Omit<MailchimpCounts, "read" | "requests"> = {
    created: 0,
    updated: 0,
    archived: 0,
    deleted: 0,
    tagsAdded: 0,
    tagsRemoved: 0,
  };
  /** Amounts for the lower bound of requests. */
  readonly load: Load;
  /** Contacts already counted as updated, by side: one can have several operations. */
  readonly #updated = new Set<string>();

  /** @param read records read, by side */
  constructor(read: { readonly copper: number; readonly mailchimp: number }) {
    this.load = new Load(read);
  }

  /** Counts one operation that succeeded. */
  add(operation: Operation): void {
    addTo(this.summary, operation);
    this.load.add(operation);
    const once = (key: string) => !this.#updated.has(key) && this.#updated.add(key) !== undefined;
    switch (operation.operation) {
      case "create-member":
        this.mailchimp.created += 1;
        this.mailchimp.tagsAdded += operation.tags.length;
        return;
      case "archive-member":
        this.mailchimp.archived += 1;
        return;
      case "tag-member":
        this.mailchimp.tagsAdded += operation.add.length;
        this.mailchimp.tagsRemoved += operation.remove.length;
        return;
      case "create-person":
        this.copper.created += 1;
        return;
      case "update-member":
      case "move-address":
      case "unarchive-member":
        if (once(`mailchimp ${operation.member.key}`)) this.mailchimp.updated += 1;
        return;
      case "forget-member":
        this.mailchimp.deleted += 1;
        return;
      case "delete-person":
        this.copper.deleted += 1;
        return;
      case "restore-person":
        this.copper.created += 1;
        return;
      case "update-person":
      case "add-address":
      case "tag-person":
      case "archive-person":
        if (once(`copper ${operation.personId}`)) this.copper.updated += 1;
        return;
      case "ignore-person":
        return;
      default:
        assertNever(operation);
    }
  }
}
