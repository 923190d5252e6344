import { limits } from '@isobit/core';
import type { Sampling } from '@isobit/receipt';
import type { Advice, Members } from '../common/members.ts';
import { readStop } from '../common/sampling.ts';

/** What a body's `options` say of an answer (specs/ollama.md section 2.2). */
export interface OptionsAsk {
  readonly sampling?: Sampling;
  readonly stop?: string[];
  readonly maxTokens?: number;
}

/** How a server would compute: nothing of it changes an exact answer. */
const WITHOUT_EFFECT = [
  'num_ctx',
  'num_batch',
  'num_gpu',
  'main_gpu',
  'num_thread',
  'num_keep',
  'numa',
  'low_vram',
  'f16_kv',
  'vocab_only',
  'use_mmap',
  'use_mlock',
  'penalize_newline',
];

const ADVICE: Advice = {
  mirostat: 'is not served: use top_p or min_p',
  typical_p: 'is not served: use top_p or min_p',
  tfs_z: 'is not served: use top_p or min_p',
};

/** @throws CodedError of the `API_` codes */
export function readOptions(body: Members): OptionsAsk {
  const options = body.object('options');
  if (!options) return {};
  const topK = options.integer('top_k', -1, Number.MAX_SAFE_INTEGER) ?? 0;
  const window = options.integer('repeat_last_n', -1, Number.MAX_SAFE_INTEGER) ?? -1;
  const seed = options.integer('seed', -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const stated = {
    temperature: options.decimal('temperature'),
    topP: options.decimal('top_p'),
    minP: options.decimal('min_p'),
    topK: topK > 0 ? topK : undefined,
    repeatPenalty: options.decimal('repeat_penalty'),
    presencePenalty: options.decimal('presence_penalty'),
    frequencyPenalty: options.decimal('frequency_penalty'),
    penaltyWindow: window >= 0 ? window : undefined,
    seed: seed === undefined ? undefined : String(BigInt.asUintN(64, BigInt(seed))),
  };
  const sampling = Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
  const stop = readStop(options);
  const most = options.integer('num_predict', -2, limits.answerTokens) ?? -1;
  if (most === 0) throw options.outside('num_predict', `from 1 to ${limits.answerTokens}, or -1`);
  options.ignore(...WITHOUT_EFFECT);
  options.only('mirostat', [0], ADVICE['mirostat'] as string);
  options.only('typical_p', [1], ADVICE['typical_p'] as string);
  options.only('tfs_z', [1], ADVICE['tfs_z'] as string);
  options.done(ADVICE);
  return {
    ...(Object.keys(sampling).length > 0 ? { sampling } : {}),
    ...(stop ? { stop } : {}),
    ...(most > 0 ? { maxTokens: most } : {}),
  };
}
