/** GPT-2's alphabet: a character for each byte, so that a vocabulary of bytes can be written as text. */

const printable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);

/** By byte: its character. Bytes that print stand for themselves, the others follow from U+0100. */
export const byteCharacters: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  if (printable(byte)) return String.fromCharCode(byte);
  let before = 0;
  for (let each = 0; each < byte; each++) if (!printable(each)) before++;
  return String.fromCharCode(0x100 + before);
});

const bytesByCharacter: ReadonlyMap<string, number> = new Map(
  byteCharacters.map((character, byte) => [character, byte]),
);

/** The bytes that a text in the alphabet stands for; undefined where a character is not of it. */
export function spelledBytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const byte = bytesByCharacter.get(text.charAt(i));
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}

export function spellBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byteCharacters[byte];
  return text;
}
