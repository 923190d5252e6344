import { isCoded, sha256, toHex } from '@isobit/core';
import { kernelsDigest } from '@isobit/exact/kernels-engine';
import { llmExact, type Profile } from '@isobit/receipt';
import { clientError } from './errors.ts';
import type { NodeApi } from './node-api.ts';
import { readBody } from './read-body.ts';

/** Far above the engine of today, far below what a tab can hold. */
const MAX_ENGINE_BYTES = 128 * 1024 * 1024;

/** What the profile pins, else what this version brings. */
function digestOf({ name, rules }: Profile): string | undefined {
  const { wasm } = rules;
  if (typeof wasm === 'string') return wasm;
  return name === llmExact.name ? kernelsDigest : undefined;
}

/**
 * The WebAssembly of a profile's engine, by the digest that the profile names, or this version has for one that any
 * engine may implement: it does not matter who serves it.
 *
 * @throws CodedError `BYTES_UNAVAILABLE` when the profile names none, or nobody serves those bytes
 */
export async function fetchEngine(
  profile: Profile,
  sources: readonly Pick<NodeApi, 'request' | 'baseUrl'>[],
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const digest = digestOf(profile);
  if (digest === undefined)
    throw clientError('BYTES_UNAVAILABLE', `profile ${profile.name} has no engine that travels`);
  return fetchEngineFile(digest, sources, signal);
}

/**
 * A file of an engine by its sha-256: a binary, or the script that comes with one.
 *
 * @throws CodedError `BYTES_UNAVAILABLE` when nobody serves those bytes
 */
export async function fetchEngineFile(
  digest: string,
  sources: readonly Pick<NodeApi, 'request' | 'baseUrl'>[],
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      const answer = await source.request(`/engines/${digest}`, signal ? { signal } : {});
      const bytes = await readBody(answer, MAX_ENGINE_BYTES, signal);
      if (toHex(sha256(bytes)) === digest) return bytes;
      reasons.push(`${source.baseUrl}: served other bytes`);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isCoded(error)) throw error;
      reasons.push(`${source.baseUrl}: ${error.message}`);
    }
  }
  throw clientError(
    'BYTES_UNAVAILABLE',
    `nobody serves engine ${digest}: ${reasons.join('; ') || 'no sources were given'}`,
    { digest },
  );
}
