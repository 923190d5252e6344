import { canonicalText, limits } from '@isobit/core';
import { networkId, openGenesis } from '@isobit/receipt';
import { smallRequest, smallResponse } from './exchange.ts';
import { alone, aloneText } from './receipt.ts';
import { smallText } from './text-request.ts';
import { smallAnswer } from './text-response.ts';
import { commonFaults, edited, hex32, type Json, prefixed, type Term, type Vector } from './vector.ts';

const asked = {
  isobit: 'job/1',
  request: smallRequest,
  nonce: hex32('nonce'),
  trace: true,
  network: networkId(openGenesis),
  deadlineMs: 60_000,
  witnesses: 2,
};
const accepted = { isobit: 'job-accepted/1', position: 3 };
const answer = { isobit: 'job-answer/1', receipt: alone, response: smallResponse };
const error = {
  isobit: 'job-error/1',
  code: 'JOB_BUSY',
  message: 'four jobs come first',
  retryAfterMs: 1500,
};
const progress = {
  isobit: 'job-progress/1',
  pieces: [
    { choice: 0, tokens: [3, 17], text: 'Once upon' },
    { choice: 1, tokens: [], text: ' a time' },
  ],
};
const piece = (changes: Json): Json => ({ pieces: [{ ...progress.pieces[0], ...changes }] });
const cancel = { isobit: 'job-cancel/1' };

const of = (kind: string, description: string, document: Json): Vector => ({
  description,
  kind,
  text: canonicalText(document),
});
const bad = (kind: string, description: string, document: Json, changes: Json): Vector => ({
  description,
  kind,
  text: edited(document, changes),
  error: 'DOCUMENT_INVALID',
});

export const job: Term = {
  valid: {
    job: of('job', 'tensors in, a trace and two cosignatures wanted', asked),
    'job-least': of('job', 'the shortest deadline, no trace, no witness', {
      ...asked,
      deadlineMs: 1,
      trace: false,
      witnesses: 0,
    }),
    'job-most': of('job', 'the longest deadline', {
      ...asked,
      deadlineMs: limits.jobDeadlineMs,
      witnesses: limits.jobWitnesses,
    }),
    'job-text': of('job', 'a prompt for a language model', { ...asked, request: smallText }),
    'job-progress': of('job', 'a text that is to be told as it comes', {
      ...asked,
      request: smallText,
      progress: true,
    }),
    progress: of('job-progress', 'two tokens of the first answer, and what the second held back', progress),
    'progress-probabilities': of('job-progress', 'a token with its log probability and an alternative', {
      isobit: 'job-progress/1',
      pieces: [
        {
          choice: 0,
          tokens: [3],
          text: 'A',
          logProbabilities: [{ value: 'bf800000', alternatives: [{ token: 4, value: 'bfc00000' }] }],
        },
      ],
    }),
    'progress-bytes': of('job-progress', 'what a token says, and its alternative, which says nothing', {
      isobit: 'job-progress/1',
      pieces: [
        {
          choice: 0,
          tokens: [3],
          text: '',
          logProbabilities: [{ value: 'bf800000', alternatives: [{ token: 4, value: 'bfc00000' }] }],
          tokenBytes: { '3': 'c3', '4': '' },
        },
      ],
    }),
    accepted: of('job-accepted', 'three others come first', accepted),
    'accepted-running': of('job-accepted', 'it runs', { ...accepted, position: 0 }),
    answer: of('job-answer', 'a receipt and its response', answer),
    'answer-text': of('job-answer', 'a text', { ...answer, receipt: aloneText, response: smallAnswer }),
    'answer-receipt-alone': of('job-answer', 'a run that ended without a response', {
      ...answer,
      response: undefined,
    }),
    error: of('job-error', 'busy, with a hint', error),
    'error-plain': of('job-error', 'no hint', { ...error, retryAfterMs: undefined }),
    'error-unknown-code': of('job-error', 'a code of a later version reads as JOB_FAILED', {
      ...error,
      code: 'JOB_TOO_CLEVER',
    }),
    cancel: of('job-cancel', 'the client withdraws the job', cancel),
  },
  invalid: {
    ...prefixed('job', commonFaults('job', asked)),
    'job-deadline-0': bad('job', 'no time at all', asked, { deadlineMs: 0 }),
    'job-deadline-long': bad('job', 'more time than a job may ask for', asked, {
      deadlineMs: limits.jobDeadlineMs + 1,
    }),
    'job-witnesses-many': bad('job', 'more witnesses than a job may wait for', asked, {
      witnesses: limits.jobWitnesses + 1,
    }),
    'job-nonce-short': bad('job', 'a nonce of 31 bytes', asked, { nonce: hex32('nonce').slice(2) }),
    'job-network-upper': bad('job', 'a digest in upper case', asked, {
      network: networkId(openGenesis).toUpperCase(),
    }),
    'job-trace-number': bad('job', 'trace is a number', asked, { trace: 1 }),
    'job-request-invalid': bad('job', 'the request is none', asked, {
      request: { ...smallRequest, salt: 'x' },
    }),
    'job-request-version': {
      ...bad('job', 'the request is of a version that is not read', asked, {
        request: { ...smallRequest, isobit: 'request/2' },
      }),
      error: 'DOCUMENT_UNKNOWN_VERSION',
    },
    'job-progress-number': bad('job', 'progress is a number', asked, { progress: 1 }),
    ...prefixed('progress', commonFaults('job-progress', progress)),
    'progress-empty': bad('job-progress', 'no piece at all', progress, { pieces: [] }),
    'progress-choice-many': bad(
      'job-progress',
      'an answer above the limit',
      progress,
      piece({ choice: limits.textChoices }),
    ),
    'progress-tokens-many': bad(
      'job-progress',
      'more tokens than a piece may hold',
      progress,
      piece({ tokens: new Array(limits.pieceTokens + 1).fill(1) }),
    ),
    'progress-token-negative': bad('job-progress', 'a negative token', progress, piece({ tokens: [-1] })),
    'progress-bytes-fewer': bad(
      'job-progress',
      'bytes of one token of two',
      progress,
      piece({ tokenBytes: { '3': '41' } }),
    ),
    'progress-bytes-more': bad(
      'job-progress',
      'bytes of a token that the piece does not name',
      progress,
      piece({ tokenBytes: { '3': '41', '4': '42', '17': '43' } }),
    ),
    'progress-text-absent': bad('job-progress', 'no text', progress, piece({ text: undefined })),
    ...prefixed('accepted', commonFaults('job-accepted', accepted)),
    'accepted-negative': bad('job-accepted', 'a negative position', accepted, { position: -1 }),
    ...prefixed('answer', commonFaults('job-answer', answer)),
    'answer-with-request': bad('job-answer', "the request is the client's own", answer, {
      request: smallRequest,
    }),
    'answer-receipt-invalid': bad('job-answer', 'the receipt is none', answer, {
      receipt: { ...alone, outcome: 'maybe' },
    }),
    ...prefixed('error', commonFaults('job-error', error)),
    'error-code-lower': bad('job-error', 'a code in small letters', error, { code: 'job_busy' }),
    'error-code-long': bad('job-error', 'a code of 65 letters', error, { code: 'A'.repeat(65) }),
    'error-message-long': bad('job-error', 'a message above the limit', error, {
      message: 'é'.repeat(limits.jobMessageBytes / 2 + 1),
    }),
    'error-retry-negative': bad('job-error', 'a negative hint', error, { retryAfterMs: -1 }),
    'cancel-with-reason': bad('job-cancel', 'a member that the spec does not list', cancel, {
      reason: 'bored',
    }),
  },
};
