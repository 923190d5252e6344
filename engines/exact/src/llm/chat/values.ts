import { exactError } from '../../errors.ts';
import { Environment, type Value } from './engine.ts';

export const faulty = (what: string, cause?: unknown) =>
  exactError('TEMPLATE_INVALID', `the chat template is faulty: ${what}`, {}, cause);

export const excessive = (what: string) =>
  exactError('TEMPLATE_LIMIT', `the chat template asks for too much: ${what}`);

export const refused = (what: string) => exactError('TEMPLATE_REFUSED', what);

/** The engine's value for one of JavaScript. */
export const toValue = (value: unknown): Value => new Environment().set('value', value);

/** Named arguments of a call, or undefined where the value is none. */
export const namedOf = (value: Value | undefined): ReadonlyMap<string, Value> | undefined =>
  value?.type === 'KeywordArgumentsValue' ? (value?.value as ReadonlyMap<string, Value>) : undefined;

/** What a function of ours is given: arguments by place and by name. */
export interface Arguments {
  readonly placed: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** A function of the engine that sees its arguments as they are. */
export function toFunction(run: (args: Arguments) => Value): Value {
  const value = toValue(() => null);
  if (value.type !== 'FunctionValue') throw new TypeError('the template engine made no function');
  Object.assign(value, {
    value: (args: readonly Value[]): Value => {
      const named = namedOf(args.at(-1));
      return run({ placed: named ? args.slice(0, -1) : args, named: named ?? new Map() });
    },
  });
  return value;
}

/** @throws CodedError `TEMPLATE_INVALID` for a value that is no text */
export function textOf(value: Value | undefined, what: string): string {
  if (value?.type === 'StringValue') return value.value as string;
  throw faulty(`${what} is no text`);
}

/** An argument by place or name; undefined where it is not given or none. */
export function argument({ placed, named }: Arguments, place: number, name: string): Value | undefined {
  const value = placed[place] ?? named.get(name);
  return value?.type === 'NullValue' || value?.type === 'UndefinedValue' ? undefined : value;
}

/** @throws CodedError `TEMPLATE_INVALID` */
export function flagOf(value: Value | undefined, what: string): boolean {
  if (value === undefined) return false;
  if (value.type === 'BooleanValue') return value.value as boolean;
  throw faulty(`${what} is no boolean`);
}

/** @throws CodedError `TEMPLATE_INVALID` */
export function integerOf(value: Value | undefined, what: string): number | undefined {
  if (value === undefined) return undefined;
  if (value.type === 'IntegerValue') return value.value as number;
  throw faulty(`${what} is no integer`);
}
