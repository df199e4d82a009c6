import fc from "fast-check";
import { expect, test } from "vitest";
import { cronLine, cronTime, olderLine, ownLine, resting, withLine } from "./crontab.ts";
import { isDue } from "./next-run.ts";

test.each([
  [3600, "7 * * * *", 3600],
  [1800, "*/30 * * * *", 1800],
  [300, "*/5 * * * *", 300],
  [7200, "7 */2 * * *", 7200],
  [86_400, "7 5 * * *", 86_400],
  [2700, "7 * * * *", 3600],
  [1, "*/1 * * * *", 60],
])("every %i s is “%s” to cron", (seconds, expression, every) => {
  expect(cronTime(seconds)).toEqual({ expression, every });
});
test("installing twice leaves one line; taking it out leaves every other line as it was", () => {
  const word = fc.stringMatching(/^[a-z0-9 */#%']{0,30}$/);
  fc.assert(
    fc.property(fc.array(word), (others) => {
      const before = others.length === 0 ? "" : `${others.join("\n").replace(/\n+$/, "")}\n`;
      const line = cronLine({ time: cronTime(3600), folder: "/srv/it's 100%", command: ["/n", "b.js"] });
      const once = withLine(before, "/srv/it's 100%", line);
      expect(withLine(once, "/srv/it's 100%", line)).toBe(once);
      expect(ownLine(once, "/srv/it's 100%")).toBe(line);
      expect(ownLine(once, "/srv/other")).toBeUndefined();
      expect(withLine(once, "/srv/it's 100%", undefined).trimEnd()).toBe(before.trimEnd());
    }),
  );
});
test("the line of an older tool is found and rests as a comment; every other line is as it was", () => {
  const before =
    "MAILTO=x\n0 * * * * cd /opt && python3 copper_sync.py\n# 5 * * * * python mailchimp.py\n7 * * * * other\n";
  const line = olderLine(before)!;
  expect(line).toContain("copper_sync.py");
  const after = resting(before, line);
  expect(after).toBe(before.replace("0 * * * * cd", "# 0 * * * * cd"));
  expect(olderLine(after)).toBeUndefined();
});
test("a run is due an interval after the last one began; never before somebody began the first; also after sleep", () => {
  const hour = 3600;
  expect(isDue(undefined, 1e12, hour, 0)).toBe(false);
  expect(isDue(0, hour * 1000 - 1, hour, 0)).toBe(false);
  expect(isDue(0, hour * 1000, hour, 0)).toBe(true);
  expect(isDue(0, hour * 1000, hour, 1)).toBe(false);
  expect(isDue(0, hour * 10_000, hour, 1)).toBe(true);
  expect(isDue(1e12, 0, hour, 0)).toBe(true);
});
