import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { limits } from '@isobit/core';
import { ggufPaths, isModelPath } from '@isobit/model';
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
 * What a file or folder holds of a model. Of a file that is one of several parts, the others beside it belong to the
 * model. Hidden files of a folder are left out; its only `.onnx` or `.gguf` model, its `model.onnx`, or the
 * `config.json` of its safetensors is the entry.
 *
 * @throws CodedError `FILE`, `USAGE`
 */
export async function localModel(path: string, entry?: string): Promise<LocalModel> {
  const found = await lstat(path).catch((error: unknown) => {
    throw cliError('FILE', `${path} can't be read: ${reason(error)}`, error);
  });
  if (!found.isDirectory()) {
    const files = await partsBeside(path);
    const first = (files[0] as LocalFile).path;
    if (entry !== undefined && entry !== first)
      throw cliError('USAGE', `--entry names "${entry}", but ${path} is a single file: leave it out`);
    return { files, entry: first };
  }
  const files: LocalFile[] = [];
  await walk(path, '', files);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const card = files.find((file) => file.path === CARD)?.absolute;
  return { files, entry: entryOf(path, files, entry), ...(card ? { card } : {}) };
}

/** The file, or all parts of the model that it is one of, in their order. */
function partsBeside(path: string): Promise<LocalFile[]> {
  const folder = dirname(path);
  return Promise.all(
    ggufPaths(basename(path)).map(async (name) => {
      const absolute = name === basename(path) ? path : join(folder, name);
      const { size } = await lstat(absolute).catch((error: unknown) => {
        throw cliError('FILE', partAbsent(basename(path), name, folder), error);
      });
      return { path: name.normalize('NFC'), absolute, size };
    }),
  );
}

const partAbsent = (part: string, absent: string, folder: string): string =>
  `${part} is one of several parts of a model, and ${absent} is not in ${folder}: put all of them there`;

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
  const paths = files.map((file) => file.path);
  const entry = named ?? onlyModel(folder, paths);
  if (!paths.includes(entry))
    throw cliError('USAGE', `${folder} holds no file "${entry}": --entry is relative to the folder`);
  const parts = ggufPaths(entry);
  const absent = parts.find((part) => !paths.includes(part));
  if (absent !== undefined) throw cliError('FILE', partAbsent(entry, absent, folder));
  return parts[0] as string;
}

/** A file of the only model in a folder, or of the one that is meant where nobody says more. */
function onlyModel(folder: string, paths: readonly string[]): string {
  const models = paths.filter((path) => /\.(onnx|gguf)$/i.test(path));
  const [first] = models;
  if (first !== undefined && models.every((path) => ggufPaths(first).includes(path))) return first;
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
