/** The text of something that was thrown. */

/** Returns an error's message, or the text of any other value. @param error what was caught; it need not be an Error */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
