import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { repositoryPath, tempDir } from '@isobit/testing';
import { runCheck } from '../runner/checks.ts';
import { discover } from '../runner/discover.ts';

const IMPORT = "import test, { describe } from 'node:test'; import assert from 'node:assert';\n";

function workspace(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = tempDir(t);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), IMPORT + text);
  }
  return root;
}

/** Without what makes a runner inside a test report to the outer one, and run nothing. */
function outerEnvironment(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return env;
}

function runTests(t: TestContext, files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const root = workspace(t, files);
  const command = [repositoryPath('scripts/test.ts'), '--only-tests', '--root', root, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    env: outerEnvironment(),
  });
  return { status, stdout: stdout + stderr, last: stdout.trimEnd().split('\n').at(-1) };
}

test('passes, and ends with the totals alone on a line', (t) => {
  const { status, last } = runTests(t, { 'a/test/one.test.ts': "test('a', () => {}); test('b', () => {});" });
  assert.deepEqual({ status, last }, { status: 0, last: '2 passed, 0 failed, 0 skipped' });
});

test('a failure fails the run and is shown with its difference, its place and what was printed', (t) => {
  const source =
    "console.log('hint'); test('sum', (t) => t.test('part', () => assert.deepStrictEqual([1], [2])));";
  const { status, stdout, last } = runTests(t, { 'test/one.test.ts': source });
  assert.deepEqual({ status, last }, { status: 1, last: '0 passed, 1 failed, 0 skipped' });
  assert.match(stdout, /FAIL test\/one\.test\.ts {2}1 failed/);
  assert.match(stdout, /✗ sum › part\n[\s\S]*\+ {3}1\n\s+- {3}2\n[\s\S]*one\.test\.ts:2:/);
  assert.match(stdout, /it printed:\n {4}hint/);
  assert.doesNotMatch(stdout, /at .*node:internal/);
});

test('skips are listed with file, test and reason', (t) => {
  const source = "test('a', () => {}); describe('s', () => { test('b', { skip: 'no moon' }, () => {}); });";
  const { status, stdout, last } = runTests(t, { 'test/one.test.ts': source });
  assert.deepEqual({ status, last }, { status: 0, last: '1 passed, 0 failed, 1 skipped' });
  assert.match(stdout, /skipped:\n {2}test\/one\.test\.ts › s › b\n {4}no moon\n/);
});

for (const [name, source] of [
  ['a skip without a reason', "test('a', { skip: true }, () => {}); test('b', () => {});"],
  ['a skip from inside without a reason', "test('a', (t) => t.skip()); test('b', () => {});"],
  ['a todo', "test('a', { todo: true }, () => {}); test('b', () => {});"],
  ['an error outside of any test', "test('b', () => {}); setTimeout(() => { throw new Error('late'); }, 1);"],
  ['a hook that throws', "test('b', () => {}); describe('s', () => { test.before(() => { throw 1; }); });"],
] as const) {
  test(`${name} fails`, (t) => {
    const { status, last } = runTests(t, { 'test/one.test.ts': source });
    assert.deepEqual({ status, last }, { status: 1, last: '1 passed, 1 failed, 0 skipped' });
  });
}

for (const [name, files, expected] of [
  ['a file that does not load', { 'test/a.test.ts': "throw new Error('on load');" }, /on load/],
  [
    'a file that exits in the middle',
    { 'test/a.test.ts': "test('a', () => process.exit(3));" },
    /exit code 3/,
  ],
  ['a file that exits with 0 in the middle', { 'test/a.test.ts': "test('a', () => process.exit(0));" }, /./],
  ['a file without a test', { 'test/a.test.ts': '' }, /holds no test/],
  ['no test file at all', {}, /there is no test file below/],
  ['nothing but skips', { 'test/a.test.ts': "test('a', { skip: 'why' }, () => {});" }, /no test ran/],
] as const) {
  test(`${name} fails the run`, (t) => {
    const { status, stdout } = runTests(t, files);
    assert.match(stdout, expected);
    assert.equal(status, 1);
  });
}

test('a filter chooses files by a part of their path, and one that fits none fails', (t) => {
  const files = { 'a/test/one.test.ts': "test('a', () => {});", 'b/test/two.test.ts': 'throw 1;' };
  assert.equal(runTests(t, files, 'a/test').last, '1 passed, 0 failed, 0 skipped');
  const { status, stdout } = runTests(t, files, 'elsewhere');
  assert.equal(status, 1);
  assert.match(stdout, /no test file whose path contains elsewhere/);
});

test('long tests run alone, with ISOBIT_LONG set', (t) => {
  const long = "test('long', () => assert.equal(process.env.ISOBIT_LONG, '1'));";
  const files = {
    'test/a.test.ts': "test('a', () => {}); test('b', () => {});",
    'test/a.long.test.ts': long,
  };
  assert.equal(runTests(t, files).last, '2 passed, 0 failed, 0 skipped');
  assert.equal(runTests(t, files, '--long').last, '1 passed, 0 failed, 0 skipped');
});

test('test files are found below test/ only, whole processes first', (t) => {
  const paths = [
    'apps/devnet/test/z.test.ts',
    'apps/a/test/deep/a.test.ts',
    'protocol/b/test/b.test.ts',
    'test/c.test.ts',
  ];
  const others = [
    'node_modules/d/test/d.test.ts',
    'a/src/e.test.ts',
    'test/fixtures/f.test.ts',
    '.git/test/g.test.ts',
  ];
  const root = workspace(t, Object.fromEntries([...paths, ...others].map((path) => [path, ''])));
  assert.deepEqual(discover(root, false, []), paths);
});

test('a check that fails is told with what its program said, and one that does not end is ended', async () => {
  const root = repositoryPath();
  const check = (...args: string[]) => ({
    name: 'mine',
    command: ['node_modules/@biomejs/biome/bin/biome', ...args],
  });
  const { signal } = new AbortController();
  const good = await runCheck(root, check('--version'), signal);
  assert.deepEqual([good.passed, good.failures], [1, []]);
  const { passed, failures } = await runCheck(root, check('no-such-command'), signal);
  assert.equal(passed, 0);
  assert.match(failures[0]?.text ?? '', /no-such-command/);
  const stopped = await runCheck(root, check('--version'), AbortSignal.abort());
  assert.match(stopped.failures[0]?.text ?? '', /abort/);
  const absent = { ...check('--version'), unless: { path: 'nowhere', otherwise: 'it is not there' } };
  assert.deepEqual(
    (await runCheck(root, absent, signal)).skips.map(({ reason }) => reason),
    ['it is not there'],
  );
});

test('a file that hangs is ended at its limit, and says what may be left open', (t) => {
  const root = workspace(t, { 'test/a.test.ts': "test('a', () => {}); setInterval(() => {}, 1000);" });
  const call = `runFile(${JSON.stringify(root)}, 'test/a.test.ts', { test: 1000, file: 5000 }, new AbortController().signal)`;
  const script = `import { runFile } from '${repositoryPath('scripts/runner/run-file.ts')}'; console.log(JSON.stringify(await ${call}));`;
  writeFileSync(join(root, 'call.ts'), script);
  const called = spawnSync(process.execPath, [join(root, 'call.ts')], {
    encoding: 'utf8',
    env: outerEnvironment(),
  });
  const outcome = JSON.parse(called.stdout);
  assert.equal(outcome.passed, 1);
  assert.deepEqual(
    outcome.failures.map(({ test }: { test: string }) => test),
    ['test/a.test.ts'],
  );
  assert.match(outcome.failures[0].text, /did not end within 5 s/);
});
