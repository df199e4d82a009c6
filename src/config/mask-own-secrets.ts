/** Masks the secrets that this process knows from its environment and `.env`. */
import { environmentFile } from "./env-file.ts";
import { redactor } from "./log.ts";
import { secretsOf } from "./secrecy.ts";

/** Returns a function that masks the secrets of the environment and of `.env` in the working folder. */
export function cleanHere(): (text: string) => string {
  return redactor(secretsOf({ ...environmentFile(process.cwd()), ...process.env }));
}
