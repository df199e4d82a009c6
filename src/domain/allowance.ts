/** How much one run may change. */

/** A share (0–1) of the linked contacts, or a number of contacts. */
export type Allowance = { readonly share: number } | { readonly number: number };
