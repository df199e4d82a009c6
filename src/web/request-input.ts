/** What addresses and forms may say: everything from outside is parsed here, and what is wrong is a 4xx in words. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { REASONS, STATES } from "../plan/standings.ts";

/** Text of a search field: control characters are no letters, and PostgreSQL takes no NUL. */
export const searchText = z
  .string()
  .default("")
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  .transform((text) => text.replace(/[\u0000-\u001f\u007f]+/g, " ").slice(0, 200));

/** A page of a list, from 1. */
export const pageNumber = z
  .string()
  .regex(/^[1-9]\d{0,5}$/)
  .default("1")
  .transform(Number);

/** A record's number, as Copper gives it. */
export const recordNumber = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** A name that the program makes: of a run, a member's key, a link. */
export const madeName = z.string().regex(/^[\w.:@+-]{1,128}$/);

/** A state that contacts may be in, and a reason. */
export const stateName = z.enum(STATES).optional();
export const reasonName = z.enum(REASONS).optional();

/** A name that people give: a connection, a field. */
export const givenName = z
  .string()
  .min(1)
  .max(200)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .refine((text) => !/[\u0000-\u001f\u007f]/.test(text));

/** Parses what an address or a form says. Throws HTTPException 400 where it is something else. */
export function parsed<T>(shape: z.ZodType<T, string | undefined>, text: unknown): T {
  const read = shape.safeParse(text);
  if (!read.success) throw new HTTPException(400);
  return read.data;
}

/** A form as it was sent; a body that is none is refused. Throws HTTPException 400. */
export async function formOf(c: Context): Promise<Record<string, unknown>> {
  try {
    return await c.req.parseBody({ all: true });
  } catch {
    throw new HTTPException(400);
  }
}
