/** `deletions review` on a pseudo-terminal, as a person sees and answers it. */
import { resolve } from "node:path";
import { type IPty, spawn } from "@lydell/node-pty";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type World, world } from "./harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
  for (const name of ["Ana", "Bob", "Cleo"])
    own.person({ first_name: name, email: `${name.toLowerCase()}@exemple.fr`, tags: ["🗑️ À SUPPRIMER"] });
  await own.sync();
});
afterEach(() => own.close());
const personNamed = (name: string) => [...own.worlds.copper.people.values()].find((one) => one.first_name === name);

/** The program on a terminal: what it shows, and a wait until it shows something. */
function terminal(language: string) {
  const pty: IPty = spawn(process.execPath, [resolve("bin/copper-mailchimp-sync.js"), "deletions", "review"], {
    cwd: own.folder,
    env: { PATH: process.env.PATH ?? "", TERM: "xterm", ...own.env, SYNC_LANG: language },
    cols: 120,
    rows: 40,
  });
  let shown = "";
  let seen = 0;
  let look: () => void = () => undefined;
  pty.onData((text) => {
    shown += text;
    look();
  });
  const ended = new Promise<number>((done) => pty.onExit(({ exitCode }) => done(exitCode)));
  return {
    ended,
    type: (keys: string) => pty.write(keys),
    all: () => shown,
    /** Waits until this appears after what was waited for before. */
    until: (text: string) =>
      new Promise<void>((done) => {
        look = () => {
          const at = shown.indexOf(text, seen);
          if (at < 0) return;
          seen = at + text.length;
          look = () => undefined;
          done();
        };
        look();
      }),
  };
}
const DOWN = "\u001b[B";
const ENTER = "\r";

test("D3, D4: archived, deleted with the word typed, and ended with Ctrl-C: the rest is untouched", async () => {
  const screen = terminal("en");
  await screen.until("1/3");
  await screen.until("What should happen to this person?");
  screen.type(ENTER);
  await screen.until("archived");
  await screen.until("2/3");
  await screen.until("What should happen to this person?");
  screen.type(DOWN + ENTER);
  await screen.until("Type “delete”");
  screen.type(`delete${ENTER}`);
  await screen.until("a copy is kept");
  await screen.until("3/3");
  await screen.until("What should happen to this person?");
  screen.type("\u0003");
  await screen.until("nobody else was changed");
  expect(await screen.ended).toBe(0);
  expect(personNamed("Ana")!.tags).toEqual(["📥 INACTIF"]);
  expect(personNamed("Bob")).toBeUndefined();
  expect(personNamed("Cleo")!.tags).toEqual(["🗑️ À SUPPRIMER"]);
});
test("in French; another word than the one asked for deletes nobody; ignore all the rest", async () => {
  const screen = terminal("fr");
  await screen.until("Que faire de cette personne");
  screen.type(DOWN + ENTER);
  await screen.until("Tapez «\u00a0supprimer\u00a0»");
  screen.type(`oui${ENTER}`);
  await screen.until("2/3");
  await screen.until("Que faire de cette personne");
  screen.type(DOWN.repeat(5) + ENTER);
  await screen.until("2 laissées telles quelles");
  expect(await screen.ended).toBe(0);
  expect(personNamed("Ana")!.tags).toEqual(["🗑️ À SUPPRIMER"]);
});
