/** Builds the program once, before any test runs it as a user does. */
import { execFileSync } from "node:child_process";

export default function build(): void {
  execFileSync("npm", ["run", "-s", "build"], { stdio: "inherit" });
}
