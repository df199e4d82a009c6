/** Trades speed for memory, so that large accounts fit on a small server. */
import { setFlagsFromString } from "node:v8";

/** Makes the heap of this process grow slowly. Must be called before other modules are loaded. */
export function spareMemory(): void {
  for (const flag of ["--semi-space-growth-factor=1", "--heap-growing-percent=10"]) setFlagsFromString(flag);
}
