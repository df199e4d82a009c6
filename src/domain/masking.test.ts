import fc from "fast-check";
import { expect, test } from "vitest";
import { masking } from "./masking.ts";

const secret = fc.string({ minLength: 8, maxLength: 40 }).filter((one) => one.trim() === one && !one.includes("•"));

test("a secret is masked wherever it stands: plain, in a URL, in base64, and in base64 of a longer text", () => {
  fc.assert(
    fc.property(secret, fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (own, before, after) => {
      const clean = masking([own]);
      expect(clean(`${before} ${own} ${after}`)).not.toContain(own);
      expect(clean(encodeURIComponent(own))).toBe("•••");
      for (const form of ["base64", "base64url"] as const) {
        const sent = Buffer.from(`${before}${own}${after}`).toString(form);
        const left = Buffer.from(clean(sent).replaceAll("•••", ""), form).toString("latin1");
        expect(clean(sent)).toContain("•••");
        expect(left).not.toContain(Buffer.from(own).toString("latin1"));
      }
    }),
    { numRuns: 500 },
  );
});
test("the header that is really sent to Mailchimp is masked, and what holds no secret stays as it is", () => {
  const key = "0123456789abcdef0123456789abcdef-us21";
  const header = `Basic ${Buffer.from(`key:${key}`).toString("base64")}`;
  const left = masking([key])(`401: ${header} is not known`);
  expect(left).toMatch(/^401: Basic .{0,9}•••.{0,3} is not known$/);
  expect(masking([key])("a@b.fr: https://x:y@z")).toBe("a@b.fr: https://x:y@z");
});
