import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { repositoryPath } from '@isobit/testing';
import { commandEntries } from '../src/command-table.ts';
import { cliMarkdown } from '../src/markdown.ts';

for (const entry of commandEntries) {
  test(`${entry.name} is what the table says, with examples of itself`, async () => {
    const command = await entry.load();
    assert.equal(command.name, entry.name);
    assert.equal(command.summary, entry.summary);
    assert.ok(command.examples.length > 0);
    for (const [line] of command.examples) assert.match(line, new RegExp(`isobit ${command.name}( |$)`));
    for (const [name, { help, type, value }] of Object.entries(command.options)) {
      assert.ok(help, `--${name} has no help`);
      assert.equal(value !== undefined, type === 'string', `--${name}: a value is named where there is one`);
    }
  });
}

test('docs/cli.md is what isobit help --markdown prints', async () => {
  const page = readFileSync(repositoryPath('docs/cli.md'), 'utf8');
  assert.ok(page === (await cliMarkdown()), 'write it again: npx isobit help --markdown > docs/cli.md');
});
