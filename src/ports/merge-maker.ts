/** Port for the merge fields of an audience, outside a run: for the operator who sets up the sync. */
import type { NamedMerge } from "../domain/fields.ts";

/** A merge field to create, in the service's terms. */
export interface WantedMerge {
  readonly tag: string;
  readonly name: string;
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Lists and creates merge fields. Its methods throw ServiceError. */
export interface MergeMaker {
  /** Returns all merge fields. */
  list(): Promise<readonly NamedMerge[]>;
  /** Creates one. @returns the service's refusal; `undefined` if the field exists now */
  make(wanted: WantedMerge): Promise<string | undefined>;
}
