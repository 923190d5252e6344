import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { tempDir } from '@isobit/testing';
import { buildPage } from '@isobit/web';
import { sealPage } from '../build/seal-page.ts';

test('the same sources give the same bytes, and the digest beside them', async (t) => {
  const [a, b] = [tempDir(t), tempDir(t)];
  const first = await buildPage({ outDir: a });
  const second = await buildPage({ outDir: b });
  assert.deepEqual(first.html, second.html);
  assert.equal(first.sha256, createHash('sha256').update(first.html).digest('hex'));
  assert.deepEqual(first.files, [join(a, 'isobit-receipt.html'), join(a, 'isobit-receipt.html.sha256')]);
  assert.equal(await readFile(first.files[1] as string, 'utf8'), `${first.sha256}  isobit-receipt.html\n`);
});

test('the page loads nothing, forbids all else, and stays small', async (t) => {
  const { html } = await buildPage({ outDir: tempDir(t) });
  const text = new TextDecoder().decode(html);
  const markup = text.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '');
  assert.deepEqual(markup.match(/\b(?:src|href)="(?!data:,")[^"]*"/g), null);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? '';
  assert.match(
    policy,
    /^default-src 'none'; script-src 'sha256-[^']+' 'wasm-unsafe-eval'; style-src 'sha256-[^']+';/,
  );
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)/);
  assert.ok(gzipSync(html).length < 200_000, `${gzipSync(html).length} bytes as gzip`);
  assert.ok(
    !text.includes(import.meta.dirname.split('/apps/')[0] as string),
    'a path of this machine is in the page',
  );
});

test('a page with a second script, or without a place for its policy, is not sealed', () => {
  const page = '<meta content="%CSP%"><style>a{}</style><script>1</script>';
  assert.match(sealPage(page), /script-src 'sha256-/);
  assert.throws(() => sealPage(`${page}<script>2</script>`), /2 script elements instead of one/);
  assert.throws(() => sealPage(page.replace('%CSP%', '')), /must hold %CSP% once/);
});
