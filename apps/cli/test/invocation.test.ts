import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Surroundings } from '../src/cli.ts';
import type { Command } from '../src/command.ts';
import { choiceOption, countOption, listOption, parseInvocation } from '../src/invocation.ts';

const command: Command = {
  name: 'try',
  args: 'FILE',
  summary: 'tries',
  options: {
    count: { type: 'string', value: 'N', help: 'how many' },
    kind: { type: 'string', value: 'KIND', help: 'which' },
    key: { type: 'string', value: 'KEY', multiple: true, help: 'whose' },
  },
  examples: [],
  arity: [1, 2],
  run: async () => 0,
};

const parse = (...argv: string[]) => parseInvocation(command, argv, { env: {} } as Surroundings);
const usage = (message: RegExp) => ({ code: 'USAGE', message });

test('arguments and options are read in any order', () => {
  const invocation = parse('--key', 'a', 'file', '--key=b', '--count', '3');
  assert.deepEqual(invocation.args, ['file']);
  assert.deepEqual(listOption(invocation, 'key'), ['a', 'b']);
  assert.equal(countOption(invocation, 'count', 1), 3);
  assert.equal(choiceOption(invocation, 'kind', ['x', 'y'], 'y'), 'y');
});

test('too few and too many arguments are refused', () => {
  assert.throws(() => parse(), usage(/expected: isobit try FILE/));
  assert.throws(() => parse('a', 'b', 'c'), usage(/"c" is one argument too many/));
});

test('unknown options, missing values and values of switches are refused', () => {
  assert.throws(() => parse('a', '--cuont', '3'), usage(/no option --cuont; did you mean --count\?/));
  assert.throws(() => parse('a', '-x'), usage(/no option --x/));
  assert.throws(() => parse('a', '--count'), usage(/argument missing/));
  assert.throws(() => parse('a', '--json=yes'), usage(/does not take an argument/));
});

test('a count is a whole number that is large enough', () => {
  for (const text of ['0', '-1', '1.5', '1e3', '', 'x', '9'.repeat(30)])
    assert.throws(
      () => countOption(parse('a', `--count=${text}`), 'count', 1),
      usage(/whole number of at least 1/),
    );
});

test('a choice is one of its words', () => {
  assert.throws(
    () => choiceOption(parse('a', '--kind', 'z'), 'kind', ['x', 'y'], 'y'),
    usage(/one of x, y, not "z"/),
  );
});
