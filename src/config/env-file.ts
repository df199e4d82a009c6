/** Writing `.env`: what is there stays, comments included; only the named lines change. */

/**
 * @param before the file as it was, "" for none
 * @param values by name; each stands once afterwards
 */
export function withSettings(before: string, values: Readonly<Record<string, string>>): string {
  const left = new Map(Object.entries(values));
  const lines = before === "" ? [] : before.replace(/\r?\n$/, "").split(/\r?\n/);
  const kept = lines.flatMap((line) => {
    const name = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/.exec(line)?.[1];
    if (name === undefined || !(name in values)) return [line];
    const value = left.get(name);
    left.delete(name);
    // A second line of the same name would win over the first
    return value === undefined ? [] : [`${name}=${quoted(value)}`];
  });
  const added = [...left].map(([name, value]) => `${name}=${quoted(value)}`);
  return `${[...kept, ...added].join("\n")}\n`;
}

/** Quoted where a reader of `.env` files would take it for something else. */
function quoted(value: string): string {
  return /^[\w@.+:/%,-]*$/.test(value) ? value : `"${value.replaceAll('"', "")}"`;
}
