/** What a number, a flag or the frame of a list counts for. */
const LEAST = 8;

/**
 * About the bytes that a document takes in memory: its strings by their length, all else by the piece. Found without
 * writing it down, since a tensor's megabytes are one string.
 */
export function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return LEAST;
  let weight = LEAST;
  if (Array.isArray(value)) for (const item of value) weight += weightOf(item);
  else for (const [name, member] of Object.entries(value)) weight += name.length + weightOf(member);
  return weight;
}
