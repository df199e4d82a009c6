/**
 * Schemas for query parameters and forms. All input is parsed here; a wrong value becomes a 4xx response with a text.
 */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { REASONS, STATES } from "../plan/standings.ts";

/** Text of a search field. Control characters become spaces, since PostgreSQL rejects NUL. */
export const searchText = z
  .string()
  .default("")
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  .transform((text) => text.replace(/[\u0000-\u001f\u007f]+/g, " ").slice(0, 200));

/** The number of a list page, from 1. */
export const pageNumber = z
  .string()
  .regex(/^[1-9]\d{0,5}$/)
  .default("1")
  .transform(Number);

/** A numeric id, as Copper assigns it. */
export const recordNumber = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** An id made by a program: of a run, a member, an access token. */
export const madeName = z.string().regex(/^[\w.:@+-]{1,128}$/);

/** A state of contacts; optional. */
export const stateName = z.enum(STATES).optional();
/** A reason of a standing; optional. */
export const reasonName = z.enum(REASONS).optional();

/** A name that people choose: of a connection, a field. */
export const givenName = z
  .string()
  .min(1)
  .max(200)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .refine((text) => !/[\u0000-\u001f\u007f]/.test(text));

/**
 * Parses one value of a query or a form.
 * @throws HTTPException 400 if it does not fit the schema
 */
export function parsed<T>(shape: z.ZodType<T, string | undefined>, text: unknown): T {
  const read = shape.safeParse(text);
  if (!read.success) throw new HTTPException(400);
  return read.data;
}

/**
 * Returns a form as it was sent. Fields that occur several times become arrays.
 * @throws HTTPException 400 if the body is not a form
 */
export async function formOf(c: Context): Promise<Record<string, unknown>> {
  try {
    return await c.req.parseBody({ all: true });
  } catch {
    throw new HTTPException(400);
  }
}
