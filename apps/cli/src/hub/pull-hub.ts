import type { HubRef } from '@isobit/store/hub-ref';
import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import { type ExitCode, exit } from '../exit.ts';
import { flag, textOption } from '../invocation.ts';
import { needOperator } from '../nodes/find-node.ts';
import { formatBytes } from '../output/bytes.ts';
import { printTable } from '../output/print-table.ts';
import { parseModelName } from '../publish/model-name.ts';
import { hubModel } from './hub-model.ts';

/** `isobit pull hf.co/…`, and `push` of the same. */
export async function pullHub(ref: HubRef, invocation: Invocation): Promise<ExitCode> {
  const { terminal, signal, env, home } = invocation;
  const name = textOption(invocation, 'name');
  const to = textOption(invocation, 'to');
  const named = name === undefined ? {} : parseModelName(name);
  for (const option of ['entry', 'card'])
    if (textOption(invocation, option) !== undefined)
      throw cliError('USAGE', `--${option} is for files of yours: of a hub's model the repository says it`);
  const api = await needOperator(invocation);
  const parent = textOption(invocation, 'parent');
  const model = await hubModel({
    api,
    ref,
    ...named,
    ...Object.fromEntries(
      ['title', 'task', 'licence'].map((of) => [of, textOption(invocation, of)]).filter(([, text]) => text),
    ),
    ...(parent === undefined ? {} : { parent: (await api.resolve(parent, signal)).id }),
    env,
    home,
    terminal,
    signal,
  });
  let written: string[] | undefined;
  if (to !== undefined) {
    const { writeModel } = await import('../replay/write-model.ts');
    const { manifest } = await api.resolve(model.id, signal);
    written = await writeModel({ manifest, dir: to, baseUrl: api.baseUrl, terminal, signal });
  }
  if (flag(invocation, 'json')) {
    terminal.json({ ...model, ...(written ? { files: written } : {}) });
    return exit.holds;
  }
  const shown = `${model.name}:${model.version}`;
  printTable(terminal, [
    ['name', shown],
    ['id', model.id],
    ['size', formatBytes(model.size)],
    ['source', model.source],
    ...(model.template ? [['template', `${model.template.sha256}, ${model.template.is}`]] : []),
    ['run it', `isobit run ${shown}`],
  ]);
  for (const path of written ?? []) terminal.line(`  wrote ${path}`);
  return exit.holds;
}
