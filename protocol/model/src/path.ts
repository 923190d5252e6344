import { limits, utf8 } from '@isobit/core';

/**
 * True for a path that may stand in a manifest: relative, `/` between parts, NFC, no part that is empty, `.` or
 * `..`, no backslash, colon or control character, so that it means the same file on every system.
 */
export function isModelPath(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || !value.isWellFormed()) return false;
  if (utf8(value).length > limits.manifestPathBytes || value.normalize('NFC') !== value) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f-\u009f\\:]/.test(value)) return false;
  return value.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
