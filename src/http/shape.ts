/** Validation of a service's answers. */
import { z } from "zod";
import { ServiceError } from "./answer.ts";

/**
 * Returns an answer in the expected shape.
 * @param schema the parts of the answer that the program relies on
 * @param body the parsed answer
 * @throws ServiceError `unreadable` if it has another shape
 */
export function inShape<T>(service: ServiceError["service"], schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ServiceError(service, "unreadable", z.prettifyError(parsed.error).slice(0, 300));
}
