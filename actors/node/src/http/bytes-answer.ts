/** For what is named by its digest: it never changes. */
export const FOREVER = 'public, max-age=31536000, immutable';

/** An answer of bytes that are in memory. */
export const bytesAnswer = (
  bytes: Uint8Array,
  type: string,
  headers: Record<string, string> = {},
): Response =>
  new Response(bytes as BodyInit, {
    headers: { 'content-type': type, 'content-length': String(bytes.length), ...headers },
  });
