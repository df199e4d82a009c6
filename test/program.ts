/** Runs the program as a user does: its own process, an almost empty environment. */
import { execFile } from "node:child_process";
import { resolve } from "node:path";

/** The program's own file. */
export const BIN = resolve("bin/copper-mailchimp-sync.js");

export interface Ended {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** @param cwd the working folder, where a `.env` may be */
export function program(args: readonly string[], env: Record<string, string>, cwd: string): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [BIN, ...args],
      { cwd, env: { PATH: process.env.PATH ?? "", ...env } },
      (error, out, err) => done({ exit: error === null ? 0 : Number(error.code ?? 1), out, err }),
    );
    child.stdin?.end();
  });
}
