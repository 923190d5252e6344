import { parseArgs } from 'node:util';
import { isobitHome } from '@isobit/node/options';
import type { Surroundings } from './cli.ts';
import { type Command, commonOptions, type Invocation } from './command.ts';
import { cliError } from './errors.ts';
import { nearest } from './nearest.ts';

/** Reads a command's arguments. @throws CodedError `USAGE` that names the option and the help */
export function parseInvocation(command: Command, argv: readonly string[], around: Surroundings): Invocation {
  const specs = { ...command.options, ...commonOptions };
  const refuse = (why: string, cause?: unknown) =>
    cliError('USAGE', `${why}; see isobit ${command.name} --help`, cause);
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...argv], options: specs, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const unknown = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? /'--?([^']+)'/.exec(message)?.[1] : undefined;
    const meant = unknown && nearest(unknown, Object.keys(specs));
    throw refuse(
      unknown === undefined
        ? (message.split('\n')[0] ?? message)
        : `there is no option --${unknown}${meant ? `; did you mean --${meant}?` : ''}`,
      error,
    );
  }
  const { values, positionals } = parsed;
  const [least, most] = command.arity;
  if (positionals.length < least) throw refuse(`expected: isobit ${command.name} ${command.args}`);
  if (positionals.length > most) throw refuse(`"${positionals[most]}" is one argument too many`);
  return {
    args: positionals,
    options: values as Invocation['options'],
    ...around,
    home: isobitHome(around.env),
  };
}

/** The positional argument that the command's arity promises. */
export const argument = (invocation: Invocation, index = 0): string => invocation.args[index] as string;

export const textOption = (invocation: Invocation, name: string): string | undefined => {
  const value = invocation.options[name];
  return typeof value === 'string' ? value : undefined;
};

export const listOption = (invocation: Invocation, name: string): string[] => {
  const value = invocation.options[name];
  return Array.isArray(value) ? value : [];
};

export const flag = (invocation: Invocation, name: string): boolean => invocation.options[name] === true;

/** One of a few words. @throws CodedError `USAGE` */
export function choiceOption<T extends string>(
  invocation: Invocation,
  name: string,
  choices: readonly T[],
  otherwise: T,
): T {
  const text = textOption(invocation, name) ?? otherwise;
  const chosen = choices.find((choice) => choice === text);
  if (chosen === undefined)
    throw cliError('USAGE', `--${name} is one of ${choices.join(', ')}, not "${text}"`);
  return chosen;
}

/** A whole number of at least `least`. @throws CodedError `USAGE` */
export function countOption(invocation: Invocation, name: string, least: number): number | undefined {
  const text = textOption(invocation, name);
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least))
    throw cliError('USAGE', `--${name} takes a whole number of at least ${least}, not "${text}"`);
  return value;
}
