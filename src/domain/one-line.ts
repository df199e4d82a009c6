/** Text from outside on one line. */

/**
 * Returns a text as one line. Control characters and line ends are escaped, so that text from outside cannot forge a
 * line of a log or a report, nor move the cursor of a terminal.
 */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (one) =>
    one === "\n"
      ? "\\n"
      : one === "\r"
        ? "\\r"
        : one === "\t"
          ? "\\t"
          : `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
