import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { createTerminal, red, visible } from '../../src/output/terminal.ts';

const terminalOn = (isTTY: boolean, env: NodeJS.ProcessEnv = {}) => {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) };
  return {
    written,
    terminal: createTerminal({ stdout: stream, stderr: stream, env } as unknown as NodeJS.Process),
  };
};

test("a stranger's text can't move the cursor, feign a line or turn the reading order", () => {
  assert.equal(visible('a\u001b[2Jb\nc\u202ed'), 'a\\u{1b}[2Jb\\u{a}c\\u{202e}d');
});

test('a line is one line, whatever is in it', () =>
  forAll([fc.string({ unit: 'binary' })], (text) => {
    const { written, terminal } = terminalOn(false);
    terminal.line(text);
    assert.match(written.join(''), /^[^\n]*\n$/);
  }));

test('JSON keeps its value and shows no hidden character', () =>
  forAll([fc.string({ unit: 'binary' })], (text) => {
    const { written, terminal } = terminalOn(true);
    terminal.json({ text });
    const json = written.join('');
    assert.deepEqual(JSON.parse(json), { text });
    assert.doesNotMatch(json.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
  }));

test('colours are for screens, and for those who want them', () => {
  const painted = (isTTY: boolean, env?: NodeJS.ProcessEnv): string =>
    red(terminalOn(isTTY, env).terminal, 'x');
  assert.equal(painted(true), '\u001b[31mx\u001b[39m');
  assert.equal(painted(false), 'x');
  assert.equal(painted(true, { NO_COLOR: '1' }), 'x');
  assert.equal(painted(true, { TERM: 'dumb' }), 'x');
});

test('our own colours reach the screen', () => {
  const { written, terminal } = terminalOn(true);
  terminal.line(red(terminal, 'x'));
  assert.deepEqual(written, ['\u001b[31mx\u001b[39m\n']);
});
