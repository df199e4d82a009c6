/** Parses a service's answers. */
import { z } from "zod";
import { ServiceError } from "./request.ts";

/** An answer in the shape that we rely on. Throws ServiceError where it has another. */
export function inShape<T>(service: ServiceError["service"], schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ServiceError(service, "unreadable", z.prettifyError(parsed.error).slice(0, 300));
}
