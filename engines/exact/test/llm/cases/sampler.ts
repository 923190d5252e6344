import { createRandom } from '../random.ts';
import { hex32, type Vector } from '../vectors.ts';
import { type Cases, make } from './case.ts';

/* Section 11. */

const logits = hex32([...createRandom(5).floats(30, 4), 4.5, 4.5]);
const sample = (description: string, parameters: object, more: object = {}, error?: string): Vector =>
  make('sample', description, {
    logits,
    before: [1, 2, 3, 30, 30, 31],
    choice: 0,
    parameters: { seed: '42', ...parameters },
    ...more,
    ...(error ? { error } : {}),
  });

export const samples: Cases = {
  'philox-zeros': make('philox', 'the first known answer of Random123', {
    counter: '00000000 00000000 00000000 00000000',
    key: '00000000 00000000',
  }),
  'philox-ones': make('philox', 'the second', {
    counter: 'ffffffff ffffffff ffffffff ffffffff',
    key: 'ffffffff ffffffff',
  }),
  'philox-pi': make('philox', 'the third', {
    counter: '243f6a88 85a308d3 13198a2e 03707344',
    key: 'a4093822 299f31d0',
  }),
  random: make('random', 'the greatest seed', { seed: '18446744073709551615', position: 7, choice: 2 }),
  'sample-greedy': sample('temperature 0 takes the lower of two equals', { temperature: '0' }),
  'sample-plain': sample('the model as it is', {}),
  'sample-choice': sample('the second of the answers to one request', {}, { choice: 1 }),
  'sample-warm': sample('temperature 1.7, top-k, top-p, min-p', {
    temperature: '1.7',
    topK: 20,
    topP: '0.9',
    minP: '0.01',
  }),
  'sample-cold': sample('a temperature at which all but the likeliest vanish', { temperature: '0.000001' }),
  'sample-top-k-tie': sample('of two equals at the border the lower id stays', {
    topK: 1,
    temperature: '50',
  }),
  'sample-penalties': sample('three penalties', {
    temperature: '0',
    repeatPenalty: '1.3',
    presencePenalty: '0.4',
    frequencyPenalty: '0.6',
  }),
  'sample-window': sample('penalties that see the last token only', {
    temperature: '0',
    presencePenalty: '2',
    penaltyWindow: 1,
  }),
  'sample-bias': sample('a bias of 10 on token 4', { temperature: '0', logitBias: { 4: '10' } }),
  'sample-mask': sample('a grammar that allows three tokens', {}, { allowed: [5, 6, 7] }),
  'log-probabilities': make('log-probabilities', '32 tokens', { logits }),
};

export const invalidSamples: Cases = {
  'sample-nan': sample('a logit that is NaN', {}, { logits: hex32([1, Number.NaN]) }, 'RUN_NOT_FINITE'),
  'sample-infinite': sample(
    'a logit that is infinite',
    {},
    { logits: hex32([1, -Infinity]) },
    'RUN_NOT_FINITE',
  ),
  'sample-mask-empty': sample('a grammar that allows nothing', {}, { allowed: [] }, 'SAMPLING_IMPOSSIBLE'),
  'sample-temperature': sample('a negative temperature', { temperature: '-1' }, {}, 'SAMPLING_INVALID'),
  'sample-top-p': sample('top-p of zero', { topP: '0' }, {}, 'SAMPLING_INVALID'),
  'sample-top-k': sample('top-k of zero', { topK: 0 }, {}, 'SAMPLING_INVALID'),
  'sample-min-p': sample('min-p above one', { minP: '1.5' }, {}, 'SAMPLING_INVALID'),
  'sample-penalty': sample('a presence penalty of three', { presencePenalty: '3' }, {}, 'SAMPLING_INVALID'),
  'sample-bias-token': sample('a bias on no token', { logitBias: { 32: '1' } }, {}, 'SAMPLING_INVALID'),
  'sample-seed': sample('a seed of 2^64', { seed: '18446744073709551616' }, {}, 'SAMPLING_INVALID'),
};
