import { CodedError, type NodeKey, sha256, toHex } from '@isobit/core';
import { inspectOnnx, type ModelSource } from '@isobit/exact';
import {
  type Manifest,
  manifestKind,
  modelId,
  modelSize,
  type SignedManifest,
  signManifest,
} from '@isobit/model';
import type { BlobStore } from '@isobit/store';

export interface FakeModel {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly signed: SignedManifest;
}

/** What `POST /api/models` of specs/http.md takes. */
export interface Publication {
  readonly name: string;
  readonly version?: string;
  readonly files: Manifest['files'];
  readonly entry: string;
  readonly title?: string;
  readonly task?: string;
  readonly licence?: string;
  readonly parent?: string;
  readonly card?: Manifest['card'];
}

const language = { format: 'gguf', inputs: [], outputs: [] };

function tensors(bytes: Uint8Array) {
  const { inputs, outputs } = inspectOnnx(bytes);
  return {
    format: 'onnx',
    inputs: inputs.map((each) => ({ ...each, shape: [...each.shape] })),
    outputs: outputs.map((each) => ({ ...each, shape: [...each.shape] })),
  };
}

const TEMPLATE = 'tokenizer.chat_template';

/** Digest of the chat template in a GGUF file, where it has one: behind the key stand a type, a length and the text. */
function templateOf(bytes: Uint8Array): { chatTemplate?: string } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const key = buffer.indexOf(TEMPLATE);
  if (key < 0) return {};
  const at = key + TEMPLATE.length + 4;
  const length = Number(buffer.readBigUInt64LE(at));
  return { chatTemplate: toHex(sha256(bytes.subarray(at + 8, at + 8 + length))) };
}

/** The models of a fake node: signed by its key, named once each. */
export class FakeModels {
  readonly #byId = new Map<string, FakeModel>();
  readonly #key: NodeKey;
  readonly #blobs: BlobStore;

  constructor(key: NodeKey, blobs: BlobStore) {
    this.#key = key;
    this.#blobs = blobs;
  }

  async publish({ name, version, ...rest }: Publication): Promise<FakeModel> {
    const entry = rest.files.find((file) => file.path === rest.entry);
    const bytes = await this.bytes(entry?.root ?? '');
    const manifest = manifestKind.parse({
      isobit: 'manifest/1',
      ...rest,
      title: rest.title ?? name,
      licence: rest.licence ?? 'unknown',
      publisher: this.#key.address,
      ...(rest.entry.endsWith('.gguf') ? { ...language, ...templateOf(bytes) } : tensors(bytes)),
      task: rest.entry.endsWith('.gguf') ? 'text-generation' : (rest.task ?? 'other'),
    });
    const id = modelId(manifest);
    const taken = [...this.#byId.values()].filter((model) => model.name === name);
    const model = {
      id,
      name,
      version: version ?? String(taken.length + 1),
      signed: signManifest(manifest, this.#key),
    };
    this.#byId.set(id, model);
    return model;
  }

  resolve(ref: string): FakeModel {
    const [name, version] = ref.split(':');
    const found =
      this.#byId.get(ref) ??
      [...this.#byId.values()].findLast(
        (model) => model.name === name && (version ?? model.version) === model.version,
      );
    if (found) return found;
    throw new CodedError(
      'MODEL_UNKNOWN',
      `no model "${ref}" is known here; isobit list, or GET /v2/models, shows those that are`,
    );
  }

  list(): object[] {
    return [...this.#byId.values()].map(({ id, name, version, signed: { manifest } }) => ({
      id,
      name,
      version,
      title: manifest.title,
      task: manifest.task,
      size: modelSize(manifest),
      publisher: manifest.publisher,
    }));
  }

  forget(ref: string): { id: string; freed: number } {
    const { id, signed } = this.resolve(ref);
    this.#byId.delete(id);
    return { id, freed: modelSize(signed.manifest) };
  }

  source(id: string): ModelSource {
    const { manifest } = this.resolve(id).signed;
    const rootOf = (path: string): string => manifest.files.find((file) => file.path === path)?.root ?? '';
    return { manifest, read: (path) => this.bytes(rootOf(path)) };
  }

  async bytes(root: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#blobs.read(root)) chunks.push(chunk.slice());
    return new Uint8Array(Buffer.concat(chunks));
  }
}
