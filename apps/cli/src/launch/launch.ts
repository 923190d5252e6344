import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { isLanguageFormat } from '@isobit/model';
import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import { type ExitCode, exit } from '../exit.ts';
import { argument, flag, textOption } from '../invocation.ts';
import { ask, modelList } from '../nodes/answers.ts';
import { type FoundNode, needNode } from '../nodes/find-node.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { opencode } from './opencode.ts';
import { applySettings, restoreSettings } from './settings.ts';
import type { Tool } from './tool.ts';

const tools: readonly Tool[] = [claude, codex, opencode];

/** On this machine a node takes any. */
const ANY_KEY = 'isobit';

/** @throws CodedError `USAGE`, `FILE`, `NO_LOCAL_NODE`, `MODEL_UNKNOWN` */
export async function launchTool(invocation: Invocation): Promise<ExitCode> {
  const { terminal, env, home: isobitHome } = invocation;
  const [name, ...args] = [argument(invocation), ...invocation.args.slice(1)];
  const tool = tools.find((each) => each.name === name);
  if (!tool)
    throw cliError('USAGE', `"${name}" is none of the tools: ${tools.map((each) => each.name).join(', ')}`);
  const place = { tool, path: tool.settings(env, env['HOME'] ?? homedir()), isobitHome };
  if (flag(invocation, 'restore')) {
    const restored = await restoreSettings(place);
    if (flag(invocation, 'json')) terminal.line(JSON.stringify({ restored: restored ?? null }));
    else
      terminal.line(restored ? `${restored} is as it was` : `nothing of ours is in the settings of ${name}`);
    return exit.holds;
  }
  const node = await needNode(invocation);
  const model = await modelFor(node, invocation);
  const gateway = { baseUrl: node.api.baseUrl, model, key: textOption(invocation, 'key') ?? ANY_KEY };
  await applySettings(place, gateway);
  if (flag(invocation, 'json'))
    terminal.line(JSON.stringify({ settings: place.path, baseUrl: gateway.baseUrl, model }));
  else {
    terminal.line(`${name} asks ${gateway.baseUrl} for ${model} now (${place.path})`);
    terminal.line(`isobit launch ${name} --restore puts it back`);
  }
  return flag(invocation, 'no-start') ? exit.holds : start(tool, args, invocation);
}

/** The model that was named, as the node knows it, else the first that it serves. */
async function modelFor({ api }: FoundNode, invocation: Invocation): Promise<string> {
  const { signal } = invocation;
  const named = textOption(invocation, 'model');
  if (named !== undefined) {
    const { manifest } = await api.resolve(named, signal);
    if (isLanguageFormat(manifest.format)) return named;
    throw cliError('USAGE', `${named} is no language model`);
  }
  const { models } = await ask(api, '/api/models', modelList, { signal });
  for (const { id, name, held } of models) {
    if (!held) continue;
    const { manifest } = await api.resolve(id, signal);
    if (isLanguageFormat(manifest.format)) return name ?? id;
  }
  throw cliError(
    'USAGE',
    'the node serves no language model: start it with isobit serve MODEL, or name one with --model',
  );
}

/** Runs the tool on this terminal until it ends. */
async function start(
  { name, command }: Tool,
  args: readonly string[],
  { terminal, env }: Invocation,
): Promise<ExitCode> {
  const child = spawn(command, args, { stdio: 'inherit', env });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code === 0 ? exit.holds : exit.unknown;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    terminal.note(`${name} is not installed here: its settings are written, start it when it is`);
    return exit.holds;
  }
}
