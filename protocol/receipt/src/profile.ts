import { documentKind, field, printable, recordOf, toHex } from '@isobit/core';
import { hasWeights, type Manifest } from '@isobit/model';
import * as v from 'valibot';
import { receiptError } from './errors.ts';

/** The numeric law of a run, as data (specs/profile-onnx-exact-1.md). Its digest is what a receipt names. */
export const profileKind = documentKind(
  'profile/1',
  v.strictObject({
    isobit: v.literal('profile/1'),
    name: field.name,
    /** Whether equal inputs give equal bits on every machine. */
    exact: v.boolean(),
    /** Options and digests that fix the numbers; empty for `fast`. */
    rules: recordOf(isRule, 'must hold texts, counts and booleans'),
  }),
);

function isRule(value: unknown): value is string | number | boolean {
  return (
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (Number.isSafeInteger(value) && (value as number) >= 0)
  );
}

export type Profile = ReturnType<typeof profileKind.parse>;

/** ONNX models on onnxruntime-web's WASM build, pinned by digest; one thread, no graph optimisation. */
export const onnxExact: Profile = {
  isobit: 'profile/1',
  name: 'onnx-exact-1',
  exact: true,
  rules: {
    engine: 'onnxruntime-web',
    version: '1.30.0',
    wasm: '3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2',
    threads: 1,
    graphOptimization: 'disabled',
    executionMode: 'sequential',
    nan: 'canonical',
  },
};

/** GGUF and safetensors models by the arithmetic of specs/profile-llm-exact-1.md, whatever build computes it. */
export const llmExact: Profile = {
  isobit: 'profile/1',
  name: 'llm-exact-1',
  exact: true,
  rules: { spec: 'profile-llm-exact-1', version: 1 },
};

/**
 * GGUF models of any architecture on wllama's WASM build of llama.cpp, pinned by digest; one thread. Templates, tokens
 * drawn and the form of answers are those of llm-exact-1.
 */
export const llamaWasm: Profile = {
  isobit: 'profile/1',
  name: 'llama-wasm-1',
  exact: true,
  rules: {
    engine: 'wllama',
    version: '2.3.7',
    wasm: '529c780d43cb57cb9ac7ef4c42e16463afb0b2dec4ecaae9a6df8179c435fd71',
    threads: 1,
    batch: 64,
    flashAttention: false,
    sampler: 'llm-exact-1',
  },
};

/** Anything else: no promise about bits, so only the signer's word. */
export const fast: Profile = { isobit: 'profile/1', name: 'fast', exact: false, rules: {} };

/** Every profile that this version knows, exact ones first. */
export const knownProfiles: readonly Profile[] = [onnxExact, llmExact, llamaWasm, fast];

/** @throws CodedError `PROFILE_UNKNOWN` */
export function profileByName(name: string): Profile {
  const profile = knownProfiles.find((p) => p.name === name);
  if (!profile)
    throw receiptError(
      'PROFILE_UNKNOWN',
      `profile "${printable(name)}" is not known here; known: ${knownProfiles.map((p) => p.name).join(', ')}`,
    );
  return profile;
}

/**
 * The exact profiles that a manifest's card states, where it states any (specs/profile.md section 3): the word of the
 * node that read the files, for those who have not.
 */
export function statedProfiles({ card }: Pick<Manifest, 'card'>): readonly string[] | undefined {
  const isObject = typeof card === 'object' && card !== null && !Array.isArray(card);
  const stated = isObject ? (card as { profiles?: unknown }).profiles : undefined;
  if (!Array.isArray(stated)) return undefined;
  const known = knownProfiles.filter(({ exact, name }) => exact && stated.includes(name));
  return known.length > 0 ? known.map(({ name }) => name) : undefined;
}

/**
 * The profile under which a model runs where nothing else is asked for: an exact one, but for a model whose bytes nobody
 * has (specs/profile.md section 3).
 */
export function usualProfileOf(manifest: Pick<Manifest, 'format' | 'card'>): Profile {
  if (!hasWeights(manifest.format)) return fast;
  const [first] = statedProfiles(manifest) ?? [];
  if (first !== undefined) return profileByName(first);
  return manifest.format === 'onnx' ? onnxExact : llmExact;
}

/** 64 hex characters: what stands in a receipt. */
export const profileDigest = (profile: Profile): string => toHex(profileKind.digest(profile));

/** The known profile with this digest, or undefined. */
export const profileByDigest = (digest: string): Profile | undefined =>
  knownProfiles.find((p) => profileDigest(p) === digest);
