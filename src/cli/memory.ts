/** Memory before speed: very many contacts should fit on a cheap server. */
import { setFlagsFromString } from "node:v8";

/** Lets the heap of this process grow slowly; called before anything else is loaded. */
export function spareMemory(): void {
  for (const flag of ["--semi-space-growth-factor=1", "--heap-growing-percent=10"]) setFlagsFromString(flag);
}
