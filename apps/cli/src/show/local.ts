import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createProcessRuntime } from '@isobit/exact/process';
import type { ManifestFile } from '@isobit/model';
import type { Invocation } from '../command.ts';
import { type ExitCode, exit } from '../exit.ts';
import { flag } from '../invocation.ts';
import { printTable } from '../output/print-table.ts';
import { startProgress } from '../output/progress.ts';
import { createBlockHasher } from '../publish/block-hasher.ts';
import { type LocalFile, localModel } from '../publish/model-files.ts';
import { cardText, readCard } from '../publish/read-card.ts';
import { manifestFacts, printCard, printFiles, printSignatures } from './sheet.ts';

/**
 * What a file or folder would be published as: read in a sealed process, since it may be a stranger's.
 *
 * @throws CodedError `FILE`, `USAGE`; `MODEL_*` for what nobody should load
 */
export async function showLocal(path: string, invocation: Invocation): Promise<ExitCode> {
  const { terminal, signal } = invocation;
  const local = await localModel(path);
  const card = local.card === undefined ? undefined : await readCard(local.card, signal);
  const entry = local.files.find((file) => file.path === local.entry) as LocalFile;
  const absolute = await realpath(entry.absolute);
  await using runtime = createProcessRuntime({ profile: 'onnx-exact-1', readRoots: [dirname(absolute)] });
  const { inputs, outputs } = await runtime.inspect(absolute, { signal });
  const files = await hashed(local.files, invocation);
  const facts = {
    title: cardText(card, 'title') ?? local.entry,
    task: cardText(card, 'task') ?? 'not stated',
    licence: cardText(card, 'licence') ?? 'unknown',
    files,
  };
  if (flag(invocation, 'json')) {
    terminal.json({ ...facts, entry: local.entry, inputs, outputs, ...(card === undefined ? {} : { card }) });
    return exit.holds;
  }
  printTable(terminal, [['path', path], ...manifestFacts(facts)]);
  printSignatures(terminal, { inputs: [...inputs], outputs: [...outputs] });
  printFiles(terminal, files);
  printCard(terminal, card);
  terminal.line();
  terminal.line(`Not published. To publish it: isobit push ${join(path)} --name NAME`);
  return exit.holds;
}

async function hashed(
  files: readonly LocalFile[],
  { terminal, signal }: Invocation,
): Promise<ManifestFile[]> {
  using progress = startProgress(
    terminal,
    'read',
    files.reduce((sum, file) => sum + file.size, 0),
  );
  const out: ManifestFile[] = [];
  let done = 0;
  for (const { path, absolute, size } of files) {
    const hasher = createBlockHasher();
    for await (const chunk of createReadStream(absolute, { signal, highWaterMark: 1 << 18 })) {
      hasher.update(chunk);
      done += chunk.length;
      progress.update(done);
    }
    out.push({ path, size, root: hasher.root() });
  }
  return out;
}
