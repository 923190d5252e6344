import * as jinja from '@huggingface/jinja';

/**
 * What is used of the template engine, with types: those it declares are not found by Node's resolution. Its version
 * is part of the profile (specs/chat-template.md).
 */

/** A value; which kind of `value` it has depends on `type`. */
export interface Value {
  readonly type: string;
  readonly value: unknown;
  toString(): string;
}

export interface Scope {
  /** Declares a variable; what is JavaScript's becomes the engine's. */
  set(name: string, value: unknown): Value;
  setVariable(name: string, value: Value): Value;
  lookupVariable(name: string): Value;
}

/** A part of a parsed template. */
export type Statement = { type: string } & Record<string, unknown>;

export interface Interpreting {
  run(program: Statement): Value;
  evaluate(statement: Statement | undefined, scope: Scope): Value;
}

interface Engine {
  readonly Environment: new () => Scope;
  readonly Interpreter: new (scope: Scope) => Interpreting;
  tokenize(template: string, options: { lstrip_blocks: boolean; trim_blocks: boolean }): unknown;
  parse(tokens: unknown): Statement;
}

export const { Environment, Interpreter, tokenize, parse } = jinja as unknown as Engine;
