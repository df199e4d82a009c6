/** Whom there is to tell, each place by itself. */
import { expect, test } from "vitest";
import { anyChannel, type Channels, placesOf } from "./channels.ts";
import { sendTo } from "./send.ts";

const none: Channels = { mail: "", smtp: "smtp://mail.exemple.fr:587", hook: "", command: "" };

test.each([
  [{}, false],
  [{ mail: "a@b.fr" }, true],
  [{ hook: "https://hook.exemple.fr" }, true],
  [{ command: "true" }, true],
])("with %j there is somebody to tell: %s", (some, any) => {
  expect(anyChannel({ ...none, ...some })).toBe(any);
  expect(placesOf({ ...none, ...some })).toHaveLength(any ? 1 : 0);
});
test("each recipient, the hook and the command is a place of its own, known again, and no secret is told", () => {
  const channels = { ...none, mail: "a@b.fr, c@d.fr,,a@b.fr", hook: "https://hook.exemple.fr/secret", command: "cat" };
  const places = placesOf(channels);
  expect(places.map(({ label }) => label)).toEqual(["mail a@b.fr", "mail c@d.fr", "hook", "command"]);
  expect(places.map(({ only }) => only)).toEqual([
    { ...none, mail: "a@b.fr" },
    { ...none, mail: "c@d.fr" },
    { ...none, hook: channels.hook },
    { ...none, command: "cat" },
  ]);
  const ids = places.map(({ id }) => id);
  expect(new Set(ids).size).toBe(4);
  expect(placesOf(channels).map(({ id }) => id)).toEqual(ids);
  expect(placesOf({ ...none, hook: "https://hook.exemple.fr/other" })[0]!.id).not.toBe(ids[2]);
  expect(ids.join()).not.toContain("secret");
});
test.each([
  ["cat > /dev/null", undefined],
  ["exit 3", "exit 3"],
  ["kill -9 $$", "exit by signal"],
])("of the command %j it is said how it went", async (command, wrong) => {
  const [place] = placesOf({ ...none, command });
  expect(await sendTo(place!, { subject: "s", text: "t" })).toBe(wrong);
});
