import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tempDir } from '@isobit/testing';
import { readHubSettings } from '../../src/hub/index.ts';

/** A home folder with a token in the hub's own file. */
function home(t: TestContext): string {
  const dir = tempDir(t);
  const own = join(dir, '.cache', 'huggingface');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'token'), 'hf_from_file\n');
  return dir;
}

test('without variables: the public hub, its cache, the token of its file', async (t) => {
  const user = home(t);
  assert.deepEqual(await readHubSettings({}, user), {
    endpoint: 'https://huggingface.co',
    cacheDir: join(user, '.cache', 'huggingface', 'hub'),
    token: 'hf_from_file',
  });
});

test('each variable is obeyed, the nearest first', async (t) => {
  const user = home(t);
  const settings = async (env: NodeJS.ProcessEnv) => readHubSettings(env, user);
  assert.equal(
    (await settings({ HF_ENDPOINT: 'https://mirror.example/hf/' })).endpoint,
    'https://mirror.example/hf',
  );
  assert.equal((await settings({ HF_HOME: '/x' })).cacheDir, '/x/hub');
  assert.equal((await settings({ HF_HOME: '/x' })).token, undefined);
  assert.equal((await settings({ XDG_CACHE_HOME: '/y' })).cacheDir, '/y/huggingface/hub');
  assert.equal((await settings({ HUGGINGFACE_HUB_CACHE: '/z' })).cacheDir, '/z');
  assert.equal(
    (await settings({ HF_HUB_CACHE: '/w', HUGGINGFACE_HUB_CACHE: '/z', HF_HOME: '/x' })).cacheDir,
    '/w',
  );
  assert.equal((await settings({ HF_TOKEN: ' hf_env\n' })).token, 'hf_env');
  assert.equal((await settings({ HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' })).token, undefined);
  assert.equal((await settings({ HF_HUB_DISABLE_IMPLICIT_TOKEN: '1', HF_TOKEN: 'hf_env' })).token, 'hf_env');
  writeFileSync(join(user, 'other'), 'hf_other');
  assert.equal((await settings({ HF_TOKEN_PATH: join(user, 'other') })).token, 'hf_other');
});

test('a token that no header can carry is none', async (t) => {
  const user = home(t);
  writeFileSync(join(user, '.cache', 'huggingface', 'token'), '\n');
  assert.equal((await readHubSettings({}, user)).token, undefined);
  assert.equal((await readHubSettings({ HF_TOKEN: 'a\r\nhost: evil' }, user)).token, undefined);
});

test('an endpoint that is no address is refused', async () => {
  for (const HF_ENDPOINT of ['huggingface.co', 'ftp://x', 'https://user@x', 'https://x/?a', 'https://x/#a'])
    await assert.rejects(readHubSettings({ HF_ENDPOINT }), { code: 'HUB_REF_INVALID' }, HF_ENDPOINT);
});
