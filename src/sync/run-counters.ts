/**
 * Counts what a run did. An updated contact counts once per side, however many operations changed it. Each tag of each
 * member counts.
 */

import type { Member } from "../domain/contact.ts";
import { presentTags } from "../domain/tags.ts";
import { addTo } from "../plan/operation-views.ts";
import { COUNTING, type Operation, recordOf } from "../plan/operations.ts";
import { Load } from "../plan/request-lower-bound.ts";
import type { CopperCounts, KindView, MailchimpCounts } from "../plan/run-document.ts";

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

  /** Counts one operation that succeeded. @param member as the response shows it; a created one may lack a tag */
  add(operation: Operation, member?: Pick<Member, "tags">): void {
    addTo(this.summary, operation);
    this.load.add(operation);
    const { side } = operation;
    const { as } = COUNTING[operation.operation];
    if (operation.operation === "create-member")
      this.mailchimp.tagsAdded += member ? presentTags(operation.tags, member).length : operation.tags.length;
    if (operation.operation === "tag-member") {
      this.mailchimp.tagsAdded += operation.add.length;
      this.mailchimp.tagsRemoved += operation.remove.length;
    }
    if (as === "archived") this.mailchimp.archived += 1;
    else if (as === "created" || as === "deleted") this[side][as] += 1;
    else if (as === "updated" && this.#isFirst(`${side} ${recordOf(operation)}`)) this[side].updated += 1;
  }

  /** Returns whether a contact was not counted as updated before, and counts it. */
  #isFirst(contact: string): boolean {
    const before = this.#updated.size;
    return this.#updated.add(contact).size > before;
  }
}
