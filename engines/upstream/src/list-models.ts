import { isCoded, limits, utf8 } from '@isobit/core';
import { upstreamError } from './errors.ts';
import type { Server } from './server.ts';
import { textOf } from './server-errors.ts';

/** What a server says of itself. */
export interface ListedModels {
  /** How the server calls its models. */
  readonly names: readonly string[];
  /** What kind of server it is, by its own word (specs/upstream.md section 1). */
  readonly kind: string;
}

/** By whom a server says that its models are owned. */
const KINDS: Readonly<Record<string, string>> = { llamacpp: 'llama.cpp', vllm: 'vllm', library: 'ollama' };
/** Of a server that does not say what it is, or that nobody could ask. */
export const UNKNOWN_KIND = 'openai-compatible';

/** Asks a server for its models. @throws CodedError of `UpstreamErrorCode` */
export async function listModels(server: Pick<Server, 'get'>, signal?: AbortSignal): Promise<ListedModels> {
  const answer = await server.get('models', signal);
  const list = listOf(await textOf(answer.bytes, limits.upstreamListBytes));
  return {
    names: [...new Set(list.map(({ id }) => id))],
    kind: kindOf(list[0]),
  };
}

function kindOf(first: Entry | undefined): string {
  if (typeof first?.isobit === 'object' && first.isobit !== null) return 'isobit';
  const owner = first?.owned_by;
  return (typeof owner === 'string' && Object.hasOwn(KINDS, owner) && KINDS[owner]) || UNKNOWN_KIND;
}

interface Entry {
  readonly id: string;
  readonly owned_by?: unknown;
  readonly isobit?: unknown;
}

function listOf(text: string): Entry[] {
  const { data } = objectOf(text) as { data?: unknown };
  if (!Array.isArray(data) || !data.every(isEntry))
    throw upstreamError(
      'UPSTREAM_ANSWER',
      'the server gives no list of models: its base URL usually ends in /v1',
    );
  return data;
}

function objectOf(text: string): object {
  try {
    return Object(JSON.parse(text)) as object;
  } catch (cause) {
    throw upstreamError(
      'UPSTREAM_ANSWER',
      'the server answers with something that is no JSON: its base URL usually ends in /v1',
      {},
      isCoded(cause) ? cause : undefined,
    );
  }
}

function isEntry(value: unknown): value is Entry {
  const { id } = Object(value) as { id?: unknown };
  return typeof id === 'string' && id !== '' && id.isWellFormed() && utf8(id).length <= limits.nameBytes;
}
