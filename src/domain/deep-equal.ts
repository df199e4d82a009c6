/** Comparison of plain records. */

/** Returns whether two plain records (objects, arrays, primitives) hold the same values, at any depth. */
export function deepEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) if (!deepEqual(a[key], b[key])) return false;
  return true;
}
