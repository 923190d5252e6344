import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { textModelFile } from '@isobit/exact/testing';
import { repositoryPath } from '@isobit/testing';
import { runCli } from '../../src/cli.ts';
import { capture } from '../capture.ts';
import { type FakeNode, startFakeNode } from '../fake-node/fake-node.ts';
import type { Result } from './parse.ts';

/** A person at a terminal: a folder, a home, and perhaps a node. */
export interface Session extends AsyncDisposable {
  run(command: string): Promise<Result>;
}

const TEMPLATE = '{% for m in messages %}{{ m.role[0] }}{{ m.content }}{% endfor %}a';
const TALK = [
  'abc',
  '',
  '/help',
  '/what',
  '/evidence talk.isobit.json',
  'def',
  '/new',
  '/exit',
  'ghi',
  '',
].join('\n');

/** Opens a session in `dir`, which becomes the working folder of this process. */
export async function openSession(dir: string): Promise<Session> {
  const home = join(dir, 'home');
  const work = join(dir, 'work');
  await mkdir(work);
  const digits = repositoryPath('models/digits');
  await mkdir(join(work, 'digits'));
  for (const name of ['model.onnx', 'card.json', 'README.md'])
    await cp(join(digits, name), join(work, 'digits', name));
  for (const name of ['seven.png', 'seven.json']) await cp(join(digits, 'examples', name), join(work, name));
  await writeFile(join(work, 'nonsense.gguf'), textModelFile({ layers: 2 }));
  await writeFile(
    join(work, 'talker.gguf'),
    textModelFile({
      layers: 2,
      seed: 5,
      metadata: { 'general.name': 'talker', 'tokenizer.chat_template': TEMPLATE },
    }),
  );
  await writeFile(join(work, 'talk.txt'), TALK);
  await writeFile(join(work, 'hello.txt'), 'abc\n');
  await writeFile(join(work, 'letters.gbnf'), 'root ::= [a-f]+ "z"\n');
  await writeFile(
    join(work, 'ask.json'),
    '{"prompt": "abc", "maxTokens": 6, "sampling": {"temperature": "0"}}\n',
  );
  process.chdir(work);
  let node: FakeNode | undefined;

  const isobit = async (argv: readonly string[], stdin: string | undefined): Promise<Result> => {
    const { terminal, stdout, stderr } = capture();
    const exit = await runCli(argv, {
      terminal,
      signal: new AbortController().signal,
      env: { ISOBIT_HOME: home },
      stdin: Readable.from(stdin === undefined ? [] : [await readFile(stdin)]),
    });
    return { stdout: lines(stdout()), stderr: lines(stderr()), exit };
  };

  /** What happens around the commands. */
  const scenes: Record<string, (args: readonly string[]) => Promise<unknown>> = {
    'node-starts': async () => {
      node = await startFakeNode(home);
    },
    'node-stops': async () => node?.[Symbol.asyncDispose](),
    'node-lies': async () => {
      if (node) node.worker.lies = true;
    },
    'node-is-honest': async () => {
      if (node) node.worker.lies = false;
    },
    'a-host-lies': async () => {
      node?.dropped.push({
        event: 'dropped',
        source: 'http://192.0.2.7/',
        reason: 'SOURCE_BAD_BLOCK',
        block: 3,
      });
    },
    'cache-is-emptied': () => rm(join(home, 'cache'), { recursive: true, force: true }),
    tamper: ([file = '', ...path]) => tamper(file, path),
  };

  return {
    async run(line) {
      const { argv, stdin, stdout } = readLine(line.replaceAll('$URL', node?.url ?? ''));
      const [program = '', ...rest] = argv;
      if (program !== 'isobit') {
        const scene = scenes[program];
        if (!scene)
          throw new Error(`a transcript runs isobit and ${Object.keys(scenes).join(', ')}, not ${program}`);
        await scene(rest);
        return { stdout: [], stderr: [], exit: 0 };
      }
      const result = await isobit(rest, stdin);
      if (stdout !== undefined) await writeFile(stdout, result.stdout.join('\n'));
      const plain = (text: string): string => normalise(text, { dir, url: node?.url });
      return {
        stdout: stdout === undefined ? result.stdout.map(plain) : [],
        stderr: result.stderr.map(plain),
        exit: result.exit,
      };
    },
    [Symbol.asyncDispose]: async () => {
      await node?.[Symbol.asyncDispose]();
      process.chdir(repositoryPath());
    },
  };
}

const lines = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** Words of a command line, with `< FILE` and `> FILE`; `#` begins a remark. */
function readLine(line: string): { argv: string[]; stdin?: string; stdout?: string } {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"(.*)"$/, '$1'));
  const take = (sign: string): string | undefined => {
    const at = words.indexOf(sign);
    return at < 0 ? undefined : words.splice(at, 2)[1];
  };
  const stdin = take('<');
  const stdout = take('>');
  return { argv: words, ...(stdin ? { stdin } : {}), ...(stdout ? { stdout } : {}) };
}

/** What differs from run to run, under a name. Ids, addresses and answers do not: they are functions of their inputs. */
const normalise = (text: string, { dir, url }: { dir: string; url: string | undefined }): string =>
  text
    .replaceAll(dir, '$TMP')
    .replaceAll(url ?? '\0', '$URL')
    .replace(
      /(?<=receipt": "|receipt":"|root": "|\/r\/|reads \S+ +|gave, in the evidence +|gives, run again here +)[0-9a-f]{64}/g,
      '<digest>',
    )
    .replace(/^\[[0-9a-f]{12}…/, '[<digest>…')
    .replace(/\b[\d.]+ m?s\b(?! away)/g, '<time>');

/** Changes one member of a JSON file: the last character of a text, or a number by one. */
async function tamper(file: string, path: readonly string[]): Promise<void> {
  const document = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  let at = document;
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>;
  const last = path.at(-1) as string;
  const value = at[last];
  if (typeof value === 'number') at[last] = value + 1;
  else if (typeof value === 'string') at[last] = `${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}`;
  else throw new Error(`${path.join('.')} of ${file} is neither text nor number`);
  await writeFile(file, JSON.stringify(document));
}
