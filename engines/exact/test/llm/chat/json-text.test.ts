import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { Budget } from '../../../src/llm/chat/budget.ts';
import { jsonText } from '../../../src/llm/chat/json-text.ts';
import { templateLimits } from '../../../src/llm/chat/limits.ts';
import { toValue } from '../../../src/llm/chat/values.ts';

const plain = { indent: 0, ascii: false, sorted: false, separators: undefined };
const tooLong = (error: unknown) => isCoded(error, 'TEMPLATE_LIMIT');

for (const [what, value] of [
  ['items', [1, 2, 3]],
  ['names', { a: 1, b: 2 }],
] as const) {
  for (const indent of [0, 2]) {
    test(`separators of ${what} count before they are written, at an indent of ${indent}`, () => {
      const long = ' '.repeat(templateLimits.textLength / 2);
      const options = { ...plain, indent, separators: [long, long] as const };
      assert.throws(() => jsonText(toValue(value), options, new Budget()), tooLong);
    });
  }
}

for (const indent of [0, 4]) {
  test(`a text as long as the limit is written, and none that is longer, at an indent of ${indent}`, () => {
    const options = { ...plain, indent };
    const around = jsonText(toValue({ a: [''] }), options, new Budget()).length;
    const fits = 'x'.repeat(templateLimits.textLength - around);
    assert.equal(jsonText(toValue({ a: [fits] }), options, new Budget()).length, templateLimits.textLength);
    assert.throws(() => jsonText(toValue({ a: [`${fits}x`] }), options, new Budget()), tooLong);
  });
}
