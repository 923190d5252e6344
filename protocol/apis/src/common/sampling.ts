import { limits } from '@isobit/core';
import type { Sampling } from '@isobit/receipt';
import { apiError } from '../errors.ts';
import { decimalAt, type Members } from './members.ts';

const TOKEN_ID = /^(?:0|[1-9][0-9]{0,8})$/;

/** How tokens are chosen (specs/openai.md section 2.3). @throws CodedError of the `API_` codes */
export function readSampling(body: Members): Sampling | undefined {
  const topK = body.integer('top_k', -1, Number.MAX_SAFE_INTEGER) ?? 0;
  const sampling = {
    temperature: body.decimal('temperature'),
    topP: body.decimal('top_p'),
    minP: body.decimal('min_p'),
    // vLLM says 0 or -1 for all of them.
    topK: topK > 0 ? topK : undefined,
    repeatPenalty: body.decimal('repetition_penalty'),
    presencePenalty: body.decimal('presence_penalty'),
    frequencyPenalty: body.decimal('frequency_penalty'),
    logitBias: readBias(body),
    seed: readSeed(body),
  };
  const stated = Object.fromEntries(Object.entries(sampling).filter(([, value]) => value !== undefined));
  return Object.keys(stated).length > 0 ? (stated as Sampling) : undefined;
}

function readBias(body: Members): Record<string, string> | undefined {
  if (!body.object('logit_bias')) return undefined;
  const entries = Object.entries(body.take('logit_bias') as Record<string, unknown>);
  if (entries.length > limits.textBiases)
    throw body.outside('logit_bias', `an object of at most ${limits.textBiases} tokens`);
  const wrong = entries.find(([token]) => !TOKEN_ID.test(token));
  if (wrong) throw body.outside('logit_bias', 'an object whose names are token ids');
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([token, bias]) => [token, decimalAt(bias, `logit_bias.${token}`)]));
}

/** A seed below zero is the number of 64 bits that it is in two's complement. */
function readSeed(body: Members): string | undefined {
  const seed = body.integer('seed', -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return seed === undefined ? undefined : String(BigInt.asUintN(64, BigInt(seed)));
}

/** Texts that end an answer: one, or a list of up to sixteen. @throws CodedError of the `API_` codes */
export function readStop(body: Members, name = 'stop'): string[] | undefined {
  const value = body.take(name);
  const list = typeof value === 'string' ? [body.text(name) as string] : (body.list(name) ?? []);
  if (list.length > limits.textStops) throw body.outside(name, `a list of at most ${limits.textStops} texts`);
  for (const each of list) {
    if (typeof each !== 'string' || !each.isWellFormed())
      throw apiError('API_MALFORMED', `"${name}" must be a text or a list of texts`, name);
    if (each === '') throw body.outside(name, 'of texts that are not empty');
  }
  return list.length > 0 ? (list as string[]) : undefined;
}
