import { equalBytes, fromUtf8, utf8 } from './bytes.ts';
import { CodedError, type CoreErrorCode } from './errors.ts';
import { limits } from './limits.ts';

/** What a canonical document may hold: no floats, so that every language writes the same bytes. */
export type Canonical =
  | null
  | boolean
  | number
  | string
  | readonly Canonical[]
  | { readonly [key: string]: Canonical };

const refuse = (why: string): never => {
  throw new CodedError<CoreErrorCode>('CANONICAL_INVALID', `not a canonical document: ${why}`);
};

/**
 * Canonical bytes of a value (specs/canonical.md): RFC 8785 JSON whose numbers are safe integers. Object keys
 * sort by UTF-16 code unit; `undefined` members are left out.
 *
 * @throws CodedError `CANONICAL_INVALID` for floats, -0, lone surrogates, foreign objects, excessive depth
 */
export const encodeCanonical = (value: unknown): Uint8Array => utf8(canonicalText(value));

/** The text whose UTF-8 is `encodeCanonical(value)`. */
export const canonicalText = (value: unknown): string => write(value, 0);

/** Long strings are nearly always base64, in which there is nothing to escape: to see that takes a third of the time. */
const LONG = 256;
const PLAIN = /^[A-Za-z0-9+/=]*$/;

/** @param depth arrays and objects around the value */
function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      if (value.length >= LONG && PLAIN.test(value)) return `"${value}"`;
      return value.isWellFormed() ? JSON.stringify(value) : refuse('a string holds a lone surrogate');
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0))
        return refuse(`number ${value} is not a safe integer`);
      return String(value);
    case 'object': {
      if (value === null) return 'null';
      if (depth >= limits.documentDepth) return refuse(`nested deeper than ${limits.documentDepth}`);
      // Array.from visits holes, which map skips.
      if (Array.isArray(value)) return `[${Array.from(value, (item) => write(item, depth + 1)).join(',')}]`;
      const prototype = Object.getPrototypeOf(value);
      if (prototype !== Object.prototype && prototype !== null) return refuse('an object that is not plain');
      const members = value as Record<string, unknown>;
      let text = '';
      for (const key of Object.keys(members).sort()) {
        const member = members[key];
        if (member === undefined) continue;
        text += `${text === '' ? '' : ','}${write(key, depth + 1)}:${write(member, depth + 1)}`;
      }
      return `{${text}}`;
    }
    default:
      return refuse(`a value of type ${typeof value}`);
  }
}

/**
 * Reads canonical bytes and refuses every other spelling of the same value: what is accepted re-encodes to the
 * same bytes, so a digest over bytes and one over values agree.
 *
 * @param maxBytes longest input accepted; `limits.documentBytes` unless the caller expects an exchange
 * @throws CodedError `CANONICAL_INVALID`
 */
export function decodeCanonical(bytes: Uint8Array, maxBytes: number = limits.documentBytes): Canonical {
  const { value } = parseJson(bytes, maxBytes);
  if (!equalBytes(encodeCanonical(value), bytes))
    return refuse('spelled differently from its canonical form');
  return value;
}

/**
 * Reads JSON that says a canonical value in any spelling: white space, order of members, escapes. A member given
 * twice is refused, since readers differ in which of the two they keep.
 *
 * @throws CodedError `CANONICAL_INVALID`
 */
export function decodeJson(bytes: Uint8Array, maxBytes: number): Canonical {
  const { value, members } = parseJson(bytes, maxBytes);
  if (countMembers(value) !== members) return refuse('a member is given twice');
  return value;
}

/** Members of all objects in a parsed value. @throws CodedError where a value is not canonical */
function countMembers(value: Canonical): number {
  if (value === null || typeof value !== 'object') {
    write(value, 0);
    return 0;
  }
  let count = 0;
  for (const item of Object.values(value)) count += countMembers(item);
  if (Array.isArray(value)) return count;
  const names = Object.keys(value);
  for (const name of names) write(name, 0);
  return count + names.length;
}

/**
 * Reads JSON of another protocol, floats included, under limits of its own. A member given twice is refused here too.
 *
 * @param maxValues most values accepted, counted before anything is built
 * @throws CodedError `CANONICAL_INVALID`
 */
export function decodeForeignJson(bytes: Uint8Array, maxBytes: number, maxValues: number): unknown {
  const { value, members } = parseJson(bytes, maxBytes, maxValues);
  if (countNames(value) !== members) return refuse('a member is given twice');
  return value;
}

/** Members of all objects in a parsed value. */
function countNames(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  const items = Array.isArray(value) ? value : Object.values(value);
  let count = Array.isArray(value) ? 0 : items.length;
  for (const item of items) if (typeof item === 'object') count += countNames(item);
  return count;
}

function parseJson(
  bytes: Uint8Array,
  maxBytes: number,
  maxValues: number = limits.documentValues,
): { value: Canonical; members: number } {
  if (bytes.length > maxBytes) return refuse(`${bytes.length} bytes, at most ${maxBytes} are read`);
  try {
    const text = fromUtf8(bytes);
    const members = checkShape(text, maxValues);
    return { value: JSON.parse(text) as Canonical, members };
  } catch (error) {
    if (error instanceof CodedError) throw error;
    return refuse(error instanceof SyntaxError ? 'not JSON' : 'not UTF-8');
  }
}

/** Checks depth and number of values before `JSON.parse` builds anything; returns how many members the text spells. */
function checkShape(text: string, maxValues: number): number {
  let depth = 0;
  let values = 0;
  let members = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // a string: skip to its closing quote
        i = closingQuote(text, i);
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > limits.documentDepth) refuse(`nested deeper than ${limits.documentDepth}`);
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
      case 0x2c:
        if (++values > maxValues) refuse(`more than ${maxValues} values`);
        break;
      case 0x3a:
        members++;
    }
  }
  return members;
}

/** True where no reader would take a canonical text for the number of its values. */
export const hasTooManyValues = (text: string): boolean =>
  // Each comma stands between two other characters, so a short text needs no count.
  text.length > 2 * limits.documentValues && commas(text) > limits.documentValues;

/** Commas outside strings. */
function commas(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) i = closingQuote(text, i);
    else if (unit === 0x2c) count++;
  }
  return count;
}

function closingQuote(text: string, open: number): number {
  for (let from = open + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return quote;
    from = quote + 1;
  }
}
