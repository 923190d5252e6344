import { isCoded } from '@isobit/core';
import { parse, type Statement, tokenize } from './engine.ts';
import { filters } from './filters.ts';
import { templateLimits } from './limits.ts';
import { textMethods } from './text-functions.ts';
import { excessive, faulty } from './values.ts';

/** A template that may be rendered again and again. */
export interface CompiledTemplate {
  readonly program: Statement;
  /** Expressions whose elements a loop goes through: it prepares each before the first. */
  readonly iterables: WeakSet<object>;
}

/** Names of our functions; no template can write them. */
export const filterName = (name: string): string => `\0filter ${name}`;
export const methodName = (name: string): string => `\0method ${name}`;

const isNode = (value: unknown): value is Statement =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/**
 * Parses a template, refuses what a host could change, and puts our functions in place of the engine's.
 *
 * @throws CodedError `TEMPLATE_INVALID`, `TEMPLATE_LIMIT`
 */
export function compile(template: string): CompiledTemplate {
  const { templateLength, whiteSpace } = templateLimits;
  if (template.length > templateLength)
    throw excessive(`a template of more than ${templateLength} characters`);
  if (new RegExp(`\\s{${whiteSpace + 1}}`).test(template))
    throw excessive(`more than ${whiteSpace} white-space characters in a row`);
  const program = parseTemplate(template);
  const iterables = new WeakSet<object>();
  const stack: { node: Statement; depth: number }[] = [{ node: program, depth: 0 }];
  for (let at = stack.pop(); at; at = stack.pop()) {
    const { node, depth } = at;
    if (depth > templateLimits.nesting) throw excessive(`nesting deeper than ${templateLimits.nesting}`);
    checkNode(node);
    if (node.type === 'For') markIterable(node['iterable'], iterables);
    rewrite(node);
    for (const child of childrenOf(node)) stack.push({ node: child, depth: depth + 1 });
  }
  return { program, iterables };
}

function parseTemplate(template: string): Statement {
  try {
    return parse(tokenize(template, { lstrip_blocks: true, trim_blocks: true }));
  } catch (error) {
    // The parser's only use of a host's limits is its stack; what nests less than the limit fits any.
    if (error instanceof RangeError) throw excessive('nesting that the parser cannot follow');
    if (isCoded(error)) throw error;
    throw faulty(error instanceof Error ? error.message : String(error), error);
  }
}

function* childrenOf(node: Statement): Generator<Statement> {
  for (const value of Object.values(node)) {
    if (isNode(value)) yield value;
    else if (Array.isArray(value)) yield* value.filter(isNode);
    else if (value instanceof Map) for (const pair of value) yield* pair.filter(isNode);
  }
}

const nameOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === 'Identifier' ? (node['value'] as string) : undefined;

const literalOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === 'StringLiteral' ? (node['value'] as string) : undefined;

/** Name and arguments of a filter. */
function filterOf(filter: unknown): { name: string | undefined; args: unknown[] } {
  if (isNode(filter) && filter.type === 'CallExpression')
    return { name: nameOf(filter['callee']), args: filter['args'] as unknown[] };
  return { name: nameOf(filter), args: [] };
}

const CASE_TESTS = new Set(['lower', 'upper']);

function checkNode(node: Statement): void {
  if (node.type === 'BinaryExpression' && (node['operator'] as { value: string }).value === '**')
    throw faulty('powers depend on the host');
  if (node.type === 'TestExpression' && CASE_TESTS.has(nameOf(node['test']) ?? ''))
    throw faulty('tests of case depend on the host');
  if (node.type === 'FilterStatement' && Object.hasOwn(filters, filterOf(node['filter']).name ?? ''))
    throw faulty(`the filter ${filterOf(node['filter']).name} is applied to a block`);
  if (node.type === 'FilterExpression') {
    const { name, args } = filterOf(node['filter']);
    if ((name === 'selectattr' || name === 'rejectattr') && CASE_TESTS.has(literalOf(args[1]) ?? ''))
      throw faulty('tests of case depend on the host');
  }
}

function markIterable(iterable: unknown, iterables: WeakSet<object>): void {
  if (!isNode(iterable)) return;
  const list = iterable.type === 'SelectExpression' ? iterable['lhs'] : iterable;
  if (isNode(list)) iterables.add(list);
}

/** Filters and methods of ours become calls: `x | upper` and `x.upper()` to a name of ours with x in front. */
function rewrite(node: Statement): void {
  if (node.type === 'FilterExpression') {
    const { name, args } = filterOf(node['filter']);
    if (name !== undefined && Object.hasOwn(filters, name))
      becomeCall(node, filterName(name), [node['operand'], ...args]);
    return;
  }
  const callee = node.type === 'CallExpression' ? node['callee'] : undefined;
  if (!isNode(callee) || callee.type !== 'MemberExpression') return;
  const name = callee['computed'] === true ? literalOf(callee['property']) : nameOf(callee['property']);
  if (name !== undefined && Object.hasOwn(textMethods, name))
    becomeCall(node, methodName(name), [callee['object'], ...(node['args'] as unknown[])]);
}

function becomeCall(node: Statement, name: string, args: unknown[]): void {
  delete node['operand'];
  delete node['filter'];
  Object.assign(node, { type: 'CallExpression', callee: { type: 'Identifier', value: name }, args });
}

/** Whether a member of a value, named so, is a function that only ours may stand for. */
export function isOurs(node: Statement): boolean {
  if (node.type !== 'MemberExpression') return false;
  if (node['computed'] === true && literalOf(node['property']) === undefined) return true;
  const name = literalOf(node['property']) ?? nameOf(node['property']) ?? '';
  return name === 'dictsort' || Object.hasOwn(textMethods, name);
}
