/** The door through which a service's answers come in. */
import { z } from "zod";
import { RemoteUnusable } from "./request.ts";

/** An answer in the shape that we rely on. Throws RemoteUnusable where it has another. */
export function inShape<T>(service: RemoteUnusable["service"], schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new RemoteUnusable(service, "unreadable", z.prettifyError(parsed.error).slice(0, 300));
}
