/** Who holds a lease: a process of a machine. */
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** Returns a name for this process, from which others on this machine can tell whether it still runs. */
export function holderName(): string {
  return `${machine()}:${process.pid}:${randomUUID()}`;
}

/** Returns whether a lease's holder ran on this machine and has died. Then there is no need to wait for its lease. */
export function crashed(holder: string, alive: (pid: number) => boolean): boolean {
  const [host, pid] = holder.split(":");
  return host === machine() && !alive(Number(pid));
}

/**
 * Returns a name for the scope in which process ids are unique. Machines made from one image share a host name, and
 * containers on one machine have their own process ids. On Linux, boot id and PID namespace tell them apart.
 * @param proc the folder in which Linux tells them
 */
export function machine(proc = "/proc"): string {
  try {
    const boot = readFileSync(join(proc, "sys/kernel/random/boot_id"), "utf8").slice(0, 8);
    const [space = ""] = /\d+/.exec(readlinkSync(join(proc, "self/ns/pid"))) ?? [];
    return `${hostname()}-${boot}-${space}`;
  } catch {
    return hostname();
  }
}

/** Returns whether a process of this machine is running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process exists, but belongs to another user
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
