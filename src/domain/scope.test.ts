import fc from "fast-check";
import { expect, test } from "vitest";
import { partsOfScope, scopeOf, scopesOfAccount } from "./scope.ts";

const account = fc.stringMatching(/^[0-9]{1,9}$/);
const audience = fc.stringMatching(/^[a-z0-9:]{1,10}$/);

test("W9: a scope is taken apart into what it was made of; the scope of no connection has no parts", () => {
  fc.assert(
    fc.property(account, audience, (accountId, audienceId) => {
      expect(partsOfScope(scopeOf(accountId, audienceId))).toEqual({ accountId, audienceId });
    }),
  );
  expect(partsOfScope("")).toEqual({ accountId: "", audienceId: "" });
});

test("D3: the scopes of an account, and no others, lie between its limits", () => {
  fc.assert(
    fc.property(account, account, audience, (own, other, audienceId) => {
      const [from, to] = scopesOfAccount(own);
      const scope = scopeOf(other, audienceId);
      expect(scope >= from && scope < to).toBe(own === other);
    }),
  );
});
