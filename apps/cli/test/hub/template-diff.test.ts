import assert from 'node:assert/strict';
import { test } from 'node:test';
import { templateDiff } from '../../src/hub/template-diff.ts';

test('equal templates differ in no line', () => {
  assert.deepEqual(templateDiff('a\nb', 'a\nb'), []);
});

test('changed lines, with two around them', () => {
  const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].join('\n');
  assert.deepEqual(templateDiff(before, before.replace('5', 'five').replace('9', '9\n10')), [
    '  3',
    '  4',
    '- 5',
    '+ five',
    '  6',
    '  7',
    '  8',
    '  9',
    '+ 10',
  ]);
  const far = templateDiff(`a\n${before}`, `b\n${before}!`);
  assert.ok(far.includes('  …'), far.join('\n'));
});

test('a template of one line is compared statement by statement', () => {
  const line = '{% if a %}{{ a }}{% else %}{{ b }}{% endif %}';
  assert.deepEqual(templateDiff(line, line.replace('{{ b }}', '{{ evil }}')), [
    '  {% if a %}',
    '  {{ a }}{% else %}',
    '- {{ b }}{% endif %}',
    '+ {{ evil }}{% endif %}',
  ]);
});

test('too long to be read', () => {
  const long = 'x\n'.repeat(5_000);
  assert.equal(templateDiff(long, `${long}y`).length, 2);
  assert.equal(templateDiff('a\n'.repeat(300), 'b\n'.repeat(300)).length, 201);
});
