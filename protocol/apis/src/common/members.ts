import { printable } from '@isobit/core';
import { decimalOf } from '@isobit/receipt';
import { apiError } from '../errors.ts';

/** What is said of a member that is known and not served. */
export type Advice = Readonly<Record<string, string>>;

/**
 * An object of a body whose members are taken one by one; what nobody took is refused by name (specs/apis.md section
 * 2). A member that is `null` counts as absent. Each reader throws `API_MALFORMED` for another type and `API_VALUE`
 * for a value outside its range.
 */
export class Members {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #taken = new Set<string>();

  /** @param path where the object stands, as in `tools[0].function`; empty for the body */
  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw apiError(
        'API_MALFORMED',
        `${path === '' ? 'the body' : `"${path}"`} must be a JSON object`,
        path,
      );
    this.#value = value as Readonly<Record<string, unknown>>;
    this.#path = path;
  }

  /** Where a member stands. */
  at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#value, name) && this.#value[name] !== null;
  }

  take(name: string): unknown {
    this.#taken.add(name);
    return this.has(name) ? this.#value[name] : undefined;
  }

  text(name: string): string | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.wrong(name, 'a string');
    if (!value.isWellFormed()) throw this.wrong(name, 'a string without lone surrogates');
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.wrong(name, 'true or false');
  }

  /** An integer from `low` to `high`. */
  integer(name: string, low: number, high: number): number | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number') throw this.wrong(name, 'a number');
    if (Number.isSafeInteger(value) && value >= low && value <= high) return value === 0 ? 0 : value;
    throw this.outside(name, `an integer from ${low} to ${high}`);
  }

  /** A number as the decimal that stands for it in a request (specs/request.md section 4.2). */
  decimal(name: string): string | undefined {
    const value = this.take(name);
    return value === undefined ? undefined : decimalAt(value, this.at(name));
  }

  list(name: string): readonly unknown[] | undefined {
    const value = this.take(name);
    if (value === undefined || Array.isArray(value)) return value;
    throw this.wrong(name, 'an array');
  }

  object(name: string): Members | undefined {
    const value = this.take(name);
    return value === undefined ? undefined : new Members(value, this.at(name));
  }

  /** A value that must be there. */
  required<T>(name: string, value: T | undefined): T {
    if (value !== undefined) return value;
    throw apiError('API_MALFORMED', `"${this.at(name)}" is missing`, this.at(name));
  }

  /** Members that change nothing about the answer. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#taken.add(name);
  }

  /** A member of which only some values are served, those that change nothing. */
  only(name: string, values: readonly unknown[], why: string): void {
    const value = this.take(name);
    if (value === undefined || values.includes(value)) return;
    throw this.unsupported(name, why);
  }

  /** Refuses what is left. @throws CodedError `API_UNSUPPORTED` that names it */
  done(advice: Advice = {}): void {
    for (const name of Object.keys(this.#value)) {
      if (this.#taken.has(name) || this.#value[name] === null) continue;
      throw this.unsupported(
        name,
        Object.hasOwn(advice, name) ? (advice[name] as string) : 'is not known here',
      );
    }
  }

  wrong(name: string, expected: string) {
    return apiError('API_MALFORMED', `"${this.#shown(name)}" must be ${expected}`, this.#shown(name));
  }

  outside(name: string, expected: string) {
    return apiError('API_VALUE', `"${this.#shown(name)}" must be ${expected}`, this.#shown(name));
  }

  unsupported(name: string, why: string) {
    return apiError('API_UNSUPPORTED', `"${this.#shown(name)}" ${why}`, this.#shown(name));
  }

  /** A name may be a stranger's. */
  #shown(name: string): string {
    return printable(this.at(name), 120);
  }
}

/** @throws CodedError `API_MALFORMED`, `API_VALUE` */
export function decimalAt(value: unknown, path: string): string {
  if (typeof value !== 'number') throw apiError('API_MALFORMED', `"${path}" must be a number`, path);
  const decimal = decimalOf(value);
  if (decimal === undefined) throw apiError('API_VALUE', `"${path}" must be a number below 10,000`, path);
  return decimal;
}
