import { printable } from '@isobit/core';
import { ggufStem } from '@isobit/model';
import { storeError } from '../errors.ts';
import { fits } from './memory-fit.ts';
import { type GgufChoice, ggufChoices, preference } from './quantisation.ts';
import type { HubFile, HubRepository } from './repository.ts';

/** The files of a repository that make one model. */
export interface HubChoice {
  readonly format: 'gguf' | 'safetensors';
  readonly files: readonly HubFile[];
  /** The file that the engine loads. */
  readonly entry: string;
  /** Of a GGUF file, where its name says so. */
  readonly quant?: string;
  /** True where nobody named the quantisation, so that it should be told. */
  readonly chosen: boolean;
}

export interface ChooseOptions {
  readonly repository: HubRepository;
  /** A quantisation or a file, in any case. */
  readonly quant?: string;
  /** Bytes of memory that a model may take. */
  readonly available: number;
}

/**
 * Which files to fetch: the model in GGUF that is meant or fits best, in all its parts; else safetensors with what
 * belongs to them.
 *
 * @throws CodedError `HUB_CHOICE`, `HUB_NO_MODEL`
 */
export function chooseFiles({ repository, quant, available }: ChooseOptions): HubChoice {
  const gguf = ggufChoices(repository.files);
  if (gguf.length > 0) return chooseGguf(repository.repo, gguf, quant, available);
  if (quant !== undefined)
    throw storeError(
      'HUB_CHOICE',
      `${repository.repo} has no GGUF files, so there is no "${printable(quant)}" to choose: leave it out`,
    );
  return safetensors(repository);
}

function chooseGguf(
  repo: string,
  files: readonly GgufChoice[],
  quant: string | undefined,
  available: number,
): HubChoice {
  const found = quant === undefined ? bestOf(repo, files, available) : namedOf(repo, files, quant);
  return {
    format: 'gguf',
    files: found.files,
    entry: found.path,
    ...(found.quant ? { quant: found.quant } : {}),
    chosen: quant === undefined,
  };
}

function namedOf(repo: string, files: readonly GgufChoice[], quant: string): GgufChoice {
  const wanted = quant.toLowerCase();
  const byPath = files.filter((file) => namesOf(file).includes(wanted));
  const named = byPath.length > 0 ? byPath : files.filter((file) => file.quant?.toLowerCase() === wanted);
  const [only, second] = named;
  if (!only)
    throw storeError('HUB_CHOICE', `${repo} has no GGUF file "${printable(quant)}": it has ${listOf(files)}`);
  if (!second) return whole(repo, only);
  throw storeError(
    'HUB_CHOICE',
    `"${printable(quant)}" names several files of ${repo}: write the file's name instead, one of ${pathsOf(named)}`,
  );
}

/** Paths by which a model may be meant, in lower case: of its files, with or without what they end in. */
const namesOf = ({ files, path }: GgufChoice): string[] =>
  [ggufStem(path), ...files.flatMap((file) => [file.path, file.path.replace(/\.gguf$/i, '')])].map((name) =>
    name.toLowerCase(),
  );

/** @throws CodedError `HUB_CHOICE` where the repository lacks a part of it */
function whole(repo: string, choice: GgufChoice): GgufChoice {
  if (choice.absent === undefined) return choice;
  throw storeError(
    'HUB_CHOICE',
    `${choice.path} of ${repo} is one of several parts of a model, and the repository lacks ${choice.absent}: choose another file`,
  );
}

/** The best that fits; where none does, the smallest, and the reader is told. */
function bestOf(repo: string, files: readonly GgufChoice[], available: number): GgufChoice {
  const complete = files.filter(({ absent }) => absent === undefined);
  const [incomplete] = files;
  if (complete.length === 0 && incomplete) return whole(repo, incomplete);
  const ranked = complete
    .filter((file) => preference(file.quant) !== undefined)
    .sort((a, b) => (preference(a.quant) ?? 0) - (preference(b.quant) ?? 0));
  const fitting = ranked.filter(({ size = 0 }) => fits(size, available));
  const [best] = fitting.length > 0 ? fitting : ranked.toSorted((a, b) => (a.size ?? 0) - (b.size ?? 0));
  const only = best ?? (complete.length === 1 ? complete[0] : undefined);
  if (!only)
    throw storeError(
      'HUB_CHOICE',
      `say which GGUF file of ${repo} is meant, as in hf.co/${repo}:QUANT: it has ${listOf(complete)}`,
    );
  const equal = complete.filter((file) => file.quant === only.quant);
  if (equal.length === 1 || only.quant === undefined) return only;
  throw storeError(
    'HUB_CHOICE',
    `${repo} holds several models: write the file's name, as in hf.co/${repo}:FILE; one of ${pathsOf(equal)}`,
  );
}

/** Names in a message before it becomes a list that nobody reads. */
const LISTED = 12;

const short = (names: readonly string[]): string =>
  names.length > LISTED
    ? `${names.slice(0, LISTED).join(', ')} and ${names.length - LISTED} more`
    : names.join(', ');

const listOf = (files: readonly GgufChoice[]): string =>
  short([...new Set(files.map(({ quant, path }) => quant ?? path))]);

const pathsOf = (files: readonly GgufChoice[]): string => short(files.map(({ path }) => path));

const CONFIG = 'config.json';
const TOKENIZER = 'tokenizer.json';
/** What belongs to a model in safetensors; the last two say how an encoder pools. */
const BESIDE = [
  CONFIG,
  TOKENIZER,
  'tokenizer_config.json',
  'generation_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'modules.json',
  '1_Pooling/config.json',
];
const WHOLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
const SHARD = /^model-\d{5}-of-\d{5}\.safetensors$/;

function safetensors({ repo, files }: HubRepository): HubChoice {
  const paths = new Set(files.map(({ path }) => path));
  const none = (what: string): Error =>
    storeError('HUB_NO_MODEL', `${repo} holds no model that Isobit takes: ${what}`);
  // Where both are there, the publishers' own code takes the whole file too.
  const isWeight = paths.has(WHOLE)
    ? (path: string) => path === WHOLE
    : (path: string) => path === INDEX || SHARD.test(path);
  const weights = files.filter(({ path }) => isWeight(path));
  if (!paths.has(WHOLE) && !paths.has(INDEX)) throw none('neither a .gguf file nor model.safetensors');
  for (const needed of [CONFIG, TOKENIZER])
    if (!paths.has(needed)) throw none(`its safetensors have no ${needed} beside them`);
  const chosen = [...files.filter(({ path }) => BESIDE.includes(path)), ...weights];
  return { format: 'safetensors', files: chosen, entry: CONFIG, chosen: false };
}
