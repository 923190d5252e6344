import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { forAll, tempDir } from '@isobit/testing';
import fc from 'fast-check';
import { claude } from '../../src/launch/claude.ts';
import { codex } from '../../src/launch/codex.ts';
import { opencode } from '../../src/launch/opencode.ts';
import { applySettings, restoreSettings } from '../../src/launch/settings.ts';
import type { Tool } from '../../src/launch/tool.ts';

const gateway = { baseUrl: 'http://127.0.0.1:4620', model: 'storyteller', key: 'any' };
const tools: readonly Tool[] = [claude, codex, opencode];

const examples: Readonly<Record<string, string>> = {
  claude: `${JSON.stringify({ theme: 'dark', env: { ANTHROPIC_MODEL: 'x', OTHER: '1' } }, undefined, 2)}\n`,
  codex: '# mine\nmodel = "gpt"\napproval = "never"\n\n[model_providers.other]\nmodel = "kept"\n',
  opencode: `${JSON.stringify({ model: 'a/b', provider: { a: { npm: 'c' } } }, undefined, 2)}\n`,
};

function placeOf(tool: Tool, home: string) {
  return { tool, path: tool.settings({}, home), isobitHome: join(home, 'isobit') };
}

describe('settings of tools', () => {
  for (const tool of tools) {
    test(`${tool.name}: what was there comes back, byte for byte`, async (t) => {
      const home = tempDir(t);
      const place = placeOf(tool, home);
      mkdirSync(dirname(place.path), { recursive: true });
      writeFileSync(place.path, examples[tool.name] ?? '');
      await applySettings(place, gateway);
      const applied = readFileSync(place.path, 'utf8');
      assert.match(applied, /http:\/\/127\.0\.0\.1:4620/);
      assert.match(applied, /storyteller/);
      await applySettings(place, { ...gateway, model: 'another' });
      assert.doesNotMatch(readFileSync(place.path, 'utf8'), /storyteller/);
      assert.equal(await restoreSettings(place), place.path);
      assert.equal(readFileSync(place.path, 'utf8'), examples[tool.name]);
      assert.equal(await restoreSettings(place), undefined);
    });

    test(`${tool.name}: where nothing was, nothing stays, and nobody else reads the key meanwhile`, async (t) => {
      const place = placeOf(tool, tempDir(t));
      await applySettings(place, gateway);
      assert.equal(statSync(place.path).mode & 0o077, 0);
      await restoreSettings(place);
      assert.equal(existsSync(place.path), false);
    });
  }

  test('what was changed meanwhile stays', async (t) => {
    const place = placeOf(claude, tempDir(t));
    await applySettings(place, gateway);
    const now = JSON.parse(readFileSync(place.path, 'utf8'));
    writeFileSync(place.path, JSON.stringify({ ...now, theme: 'light' }));
    await restoreSettings(place);
    assert.deepEqual(JSON.parse(readFileSync(place.path, 'utf8')), { theme: 'light' });
  });

  test('settings that cannot be read are left alone', async (t) => {
    const place = placeOf(opencode, tempDir(t));
    mkdirSync(dirname(place.path), { recursive: true });
    writeFileSync(place.path, '// mine\n{}');
    await assert.rejects(applySettings(place, gateway), (error) => isCoded(error, 'FILE'));
    assert.equal(readFileSync(place.path, 'utf8'), '// mine\n{}');
  });

  test('of any JSON settings all else stays', () =>
    forAll([fc.dictionary(fc.string(), fc.jsonValue())], (settings) => {
      const before = JSON.stringify(settings);
      for (const tool of [claude, opencode]) {
        const left = tool.remove(tool.apply(before, gateway), before);
        assert.deepEqual(JSON.parse(left ?? '{}'), JSON.parse(before));
      }
    }));
});
