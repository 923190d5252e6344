import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { limits } from '@isobit/core';
import { isModelPath } from '@isobit/model';
import { cliError } from '../errors.ts';
import { reason } from '../files/read-file.ts';

/** A file of a model on this disk. */
export interface LocalFile {
  /** As the manifest spells it. */
  readonly path: string;
  readonly absolute: string;
  /** Bytes. */
  readonly size: number;
}

export interface LocalModel {
  readonly files: readonly LocalFile[];
  /** Path of the file that the engine loads. */
  readonly entry: string;
  /** `card.json` of the folder: a file like the others, and the manifest's card. */
  readonly card?: string;
}

const CARD = 'card.json';
/** What tools leave behind. */
const SKIPPED = new Set(['__pycache__', 'node_modules']);

/**
 * What a file or folder holds of a model. Hidden files are left out; a folder's only `.onnx` or `.gguf` file, its
 * `model.onnx`, or the `config.json` of its safetensors is the entry.
 *
 * @throws CodedError `FILE`, `USAGE`
 */
export async function localModel(path: string, entry?: string): Promise<LocalModel> {
  const found = await lstat(path).catch((error: unknown) => {
    throw cliError('FILE', `${path} can't be read: ${reason(error)}`, error);
  });
  if (!found.isDirectory()) {
    const file = { path: basename(path).normalize('NFC'), absolute: path, size: found.size };
    if (entry !== undefined && entry !== file.path)
      throw cliError('USAGE', `--entry names "${entry}", but ${path} is a single file: leave it out`);
    return { files: [file], entry: file.path };
  }
  const files: LocalFile[] = [];
  await walk(path, '', files);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const card = files.find((file) => file.path === CARD)?.absolute;
  return { files, entry: entryOf(path, files, entry), ...(card ? { card } : {}) };
}

async function walk(root: string, prefix: string, into: LocalFile[]): Promise<void> {
  const entries = await readdir(join(root, prefix), { withFileTypes: true });
  for (const each of entries) {
    const path = `${prefix}${each.name}`;
    const absolute = join(root, path);
    if (each.name.startsWith('.') || SKIPPED.has(each.name)) continue;
    if (each.isSymbolicLink())
      throw cliError(
        'FILE',
        `${absolute} is a link, which may lead anywhere: put the file itself there (cp -L)`,
      );
    if (each.isDirectory()) await walk(root, `${path}/`, into);
    else if (each.isFile()) into.push(await fileOf(path.normalize('NFC'), absolute));
    if (into.length > limits.manifestFiles)
      throw cliError(
        'USAGE',
        `${root} holds more than ${limits.manifestFiles} files: push the model's own folder`,
      );
  }
}

async function fileOf(path: string, absolute: string): Promise<LocalFile> {
  if (!isModelPath(path))
    throw cliError(
      'FILE',
      `"${path}" can't stand in a manifest (a backslash, colon or control character, or too long): rename it`,
    );
  return { path, absolute, size: (await lstat(absolute)).size };
}

function entryOf(folder: string, files: readonly LocalFile[], named: string | undefined): string {
  if (named !== undefined) {
    if (files.some((file) => file.path === named)) return named;
    throw cliError('USAGE', `${folder} holds no file "${named}": --entry is relative to the folder`);
  }
  const paths = files.map((file) => file.path);
  const models = paths.filter((path) => /\.(onnx|gguf)$/i.test(path));
  const [only] = models;
  if (only !== undefined && models.length === 1) return only;
  if (models.includes('model.onnx')) return 'model.onnx';
  if (models.length === 0 && paths.includes('config.json') && paths.some(isSafetensors)) return 'config.json';
  throw cliError(
    'USAGE',
    models.length === 0
      ? `${folder} holds no .onnx or .gguf file, nor safetensors with their config.json: is it the model's folder?`
      : `${folder} holds several models: say with --entry which one the engine loads (${models.slice(0, 5).join(', ')})`,
  );
}

const isSafetensors = (path: string): boolean => path.toLowerCase().endsWith('.safetensors');
