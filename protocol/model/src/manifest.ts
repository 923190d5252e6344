import {
  cidOf,
  distinct,
  documentKind,
  field,
  limits,
  type NodeKey,
  nested,
  printable,
  recoverStatement,
  signStatement,
} from '@isobit/core';
import * as v from 'valibot';
import { datatypes } from './datatype.ts';
import { modelError } from './errors.ts';
import { isModelPath } from './path.ts';
import { upstreamEntry } from './upstream.ts';

const tensorSignature = v.strictObject({
  name: field.name,
  datatype: v.picklist(datatypes),
  /** One entry a dimension: its size, or -1 where the model accepts any. */
  shape: v.pipe(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(-1))), v.maxLength(limits.tensorRank)),
});

const tensorSignatures = v.pipe(
  v.array(tensorSignature),
  v.maxLength(limits.tensors),
  v.check((tensors) => distinct(tensors.map((t) => t.name)), 'must hold each name once'),
);

const file = v.strictObject({
  path: v.custom<string>(isModelPath, 'must be a relative path without ".", ".." or backslashes'),
  /** Bytes. */
  size: v.pipe(field.count, v.maxValue(limits.fileBytes)),
  /** Root of the file's block tree (specs/block-tree.md): the name under which its bytes travel. */
  root: field.hex32,
});

/**
 * `onnx`: tensors in, tensors out. `gguf`, `safetensors`: language models, whose entry is a GGUF file or a `config.json`.
 * `upstream`: a language model that a server behind its publisher's node answers for; its bytes are unknown.
 */
export const formats = ['onnx', 'gguf', 'safetensors', 'upstream'] as const;
export type Format = (typeof formats)[number];

/** What a language model does: answers a prompt, or gives a text's embedding. */
export const languageTasks = ['text-generation', 'text-embedding'] as const;

export const isLanguageFormat = (format: Format): boolean => format !== 'onnx';

/** Whether the files are the model itself, so that whoever holds them can run it. */
export const hasWeights = (format: Format): boolean => format !== 'upstream';

const isLanguageTask = (task: string): boolean => languageTasks.some((known) => known === task);

/** What a model is (specs/manifest.md). Its CID is the model's id. */
export const manifestKind = documentKind(
  'manifest/1',
  v.pipe(
    v.strictObject({
      isobit: v.literal('manifest/1'),
      title: field.name,
      /** What engine reads the entry file; a reader refuses formats that it does not know. */
      format: v.picklist(formats),
      /** What the model does, for people and filters: `image-classification`, `text-generation`, … */
      task: field.name,
      files: v.pipe(
        v.array(file),
        v.minLength(1),
        v.maxLength(limits.manifestFiles),
        v.check((files) => sortedByPath(files), 'must be sorted by path, each once'),
        v.check((files) => isTree(files), 'must not use the path of a file as a folder'),
      ),
      /** Path of the file that the engine loads. */
      entry: v.string(),
      inputs: tensorSignatures,
      outputs: tensorSignatures,
      /** SPDX expression, or `unknown`. */
      licence: field.name,
      /** Id of the model that this one was made from. */
      parent: v.optional(field.cid),
      /** Address of the key that signs the manifest. */
      publisher: field.address,
      /** Digests of tokenizer and chat template, where the file of a language model has them (section 6). */
      tokenizer: v.optional(field.hex32),
      chatTemplate: v.optional(field.hex32),
      /** Free facts for people and tools: labels, how to read an image, metrics, sources. */
      card: v.optional(field.canonical),
    }),
    v.check((m) => m.files.some((f) => f.path === m.entry), '"entry" must be one of the files'),
    v.check(
      (m) => isLanguageFormat(m.format) || m.outputs.length > 0,
      '"outputs" must hold at least one tensor',
    ),
    v.check(
      (m) => !isLanguageFormat(m.format) || (m.inputs.length === 0 && m.outputs.length === 0),
      '"inputs" and "outputs" must be empty where the format is one of language models',
    ),
    v.check(
      (m) => !isLanguageFormat(m.format) || isLanguageTask(m.task),
      '"task" must be text-generation or text-embedding where the format is one of language models',
    ),
    v.check(
      (m) => hasWeights(m.format) || isUpstream(m),
      'must be one upstream.json, without tokenizer and template, where the format is upstream',
    ),
  ),
);

export type Manifest = ReturnType<typeof manifestKind.parse>;
export type ManifestFile = Manifest['files'][number];
export type TensorSignature = Manifest['inputs'][number];

/** Section 7: one description, and nothing that only a model's own files could state. */
const isUpstream = (m: {
  files: readonly unknown[];
  entry: string;
  tokenizer?: string | undefined;
  chatTemplate?: string | undefined;
}): boolean =>
  m.files.length === 1 &&
  m.entry === upstreamEntry &&
  m.tokenizer === undefined &&
  m.chatTemplate === undefined;

function sortedByPath(files: { path: string }[]): boolean {
  return files.every((f, i) => i === 0 || (files[i - 1] as { path: string }).path < f.path);
}

/** False where one file's path is a folder of another: no file system could hold both. */
function isTree(files: { path: string }[]): boolean {
  const paths = new Set(files.map((f) => f.path));
  return files.every(({ path }) => {
    const parts = path.split('/');
    return parts.every((_, i) => i === 0 || !paths.has(parts.slice(0, i).join('/')));
  });
}

/** The model's id: CIDv1 of the manifest's canonical bytes. */
export const modelId = (manifest: Manifest): string => cidOf(manifestKind.encode(manifest));

/** The file that the engine loads. */
export const entryFile = (manifest: Manifest): ManifestFile =>
  manifest.files.find((f) => f.path === manifest.entry) as ManifestFile;

/** Bytes of all files together. */
export const modelSize = (manifest: Manifest): number => manifest.files.reduce((sum, f) => sum + f.size, 0);

/** A manifest with its publisher's signature: how it travels and is stored. */
export const signedManifestKind = documentKind(
  'signed-manifest/1',
  v.strictObject({
    isobit: v.literal('signed-manifest/1'),
    manifest: nested(manifestKind),
    signature: field.signature,
  }),
);

export type SignedManifest = ReturnType<typeof signedManifestKind.parse>;

/** Signs as the publisher. The manifest's `publisher` must be the key's address. */
export function signManifest(manifest: Manifest, key: NodeKey): SignedManifest {
  if (manifest.publisher !== key.address)
    throw modelError(
      'MANIFEST_SIGNATURE',
      `the manifest names publisher ${manifest.publisher}, the key is ${key.address}`,
    );
  return {
    isobit: 'signed-manifest/1',
    manifest,
    signature: signStatement(key, manifestKind.kind, manifestKind.digest(manifest)),
  };
}

/**
 * Reads a signed manifest and checks the signature.
 *
 * @returns the manifest and its id
 * @throws CodedError `MANIFEST_SIGNATURE` when the publisher did not sign it, or as `DocumentKind.parse`
 */
export function openManifest(value: unknown): { manifest: Manifest; id: string } {
  const { manifest, signature } = signedManifestKind.parse(value);
  const signer = recoverStatement(manifestKind.kind, manifestKind.digest(manifest), signature);
  if (signer !== manifest.publisher) {
    throw modelError(
      'MANIFEST_SIGNATURE',
      `the manifest of "${printable(manifest.title)}" is not signed by its publisher ${manifest.publisher}`,
      { signer },
    );
  }
  return { manifest, id: modelId(manifest) };
}
