import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createLanguageProcess, createProcessRuntime, inspectModel } from '@isobit/exact/process';
import { isLanguageFormat, type ManifestFile } from '@isobit/model';
import type { Invocation } from '../command.ts';
import { type ExitCode, exit } from '../exit.ts';
import { flag } from '../invocation.ts';
import { formatBytes } from '../output/bytes.ts';
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
  const { facts = {}, memory, title, task, licence, ...read } = await inspect(local, signal);
  const files = await hashed(local.files, invocation);
  const whole = { ...facts, ...(card !== null && typeof card === 'object' ? card : {}) };
  const stated = {
    title: cardText(card, 'title') ?? title ?? local.entry,
    task: task ?? cardText(card, 'task') ?? 'not stated',
    licence: cardText(card, 'licence') ?? licence ?? 'unknown',
    ...read,
    files,
  };
  if (flag(invocation, 'json')) {
    terminal.json({
      ...stated,
      entry: local.entry,
      ...(memory === undefined ? {} : { memory }),
      ...(Object.keys(whole).length > 0 ? { card: whole } : {}),
    });
    return exit.holds;
  }
  const needs = memory === undefined ? [] : [['memory', `about ${formatBytes(memory)} to run`]];
  printTable(terminal, [['path', path], ...manifestFacts(stated), ...needs]);
  if (!isLanguageFormat(read.format)) printSignatures(terminal, read);
  printFiles(terminal, files);
  printCard(terminal, whole);
  terminal.line();
  terminal.line(`Not published. To publish it: isobit push ${join(path)} --name NAME`);
  return exit.holds;
}

async function inspect(
  { files, entry }: { files: readonly LocalFile[]; entry: string },
  signal: AbortSignal,
) {
  const places = await Promise.all(
    files.map(async ({ path, size, absolute }) => ({ path, size, file: await realpath(absolute) })),
  );
  const readRoots = [...new Set(places.map(({ file }) => dirname(file)))];
  await using onnx = createProcessRuntime({ profile: 'onnx-exact-1', readRoots });
  await using language = createLanguageProcess({ readRoots });
  return await inspectModel({ onnx, language }, { entry, files: places }, signal);
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
