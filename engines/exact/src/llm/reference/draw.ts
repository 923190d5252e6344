import type { Drawer } from '../answer/answer.ts';
import { logitsDigest } from '../answer/logits-digest.ts';
import type { TokenProbability } from '../token-engine.ts';
import { sub } from './math/f32.ts';
import { adjusted } from './sampler/adjust.ts';
import { logProbabilities } from './sampler/log-probabilities.ts';
import { sample } from './sampler/sample.ts';
import { byRank } from './sampler/weigh.ts';

/** Draws a token as section 11 says, with what a request asks beside. */
export const drawReference: Drawer<Float32Array> = (logits, { request, before, allowed, claimed }) => {
  const { parameters, choice = 0, alternatives, trace } = request;
  const mask = allowed && ((token: number) => (((allowed[token >> 5] as number) >>> (token & 31)) & 1) === 1);
  const token = sample({ logits, before, parameters, choice, ...(mask ? { mask } : {}) });
  return {
    step: {
      token,
      ...(alternatives === undefined ? {} : probabilities(logits, token, alternatives)),
      ...(trace ? { logits: logitsDigest(logits, trace.salt) } : {}),
    },
    margin: claimed === undefined ? undefined : margin(adjusted(logits, before, parameters), token, claimed),
  };
};

const margin = (logits: Float32Array, token: number, claimed: number): number =>
  sub(logits[token] as number, logits[claimed] as number);

function probabilities(logits: Float32Array, token: number, alternatives: number) {
  const found = logProbabilities(logits);
  const listed = (candidate: number): TokenProbability => ({
    token: candidate,
    logProbability: found[candidate] as number,
  });
  const ranked = Array.from(logits, (logit, candidate) => ({ token: candidate, logit })).sort(byRank);
  return {
    logProbability: found[token] as number,
    alternatives: ranked.slice(0, alternatives).map((candidate) => listed(candidate.token)),
  };
}
