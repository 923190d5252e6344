import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCanonical, isCoded } from '@isobit/core';
import {
  createRequest,
  createResponse,
  decodeEvidence,
  encodeEvidence,
  evidenceFromAnswer,
  type Job,
  jobAnswerKind,
  jobErrorCodes,
  jobErrorKind,
  jobKind,
} from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { smallRequest, smallResponse } from './vectors/exchange.ts';
import { alone } from './vectors/receipt.ts';
import { hex32 } from './vectors/vector.ts';

const job: Job = jobKind.parse({
  isobit: 'job/1',
  request: smallRequest,
  nonce: hex32('nonce'),
  trace: false,
  network: hex32('network'),
  deadlineMs: 1_000,
  witnesses: 0,
});

test("a job's request and its answer make an evidence that reads back", () => {
  const answer = jobAnswerKind.parse({ isobit: 'job-answer/1', receipt: alone, response: smallResponse });
  const evidence = evidenceFromAnswer(job, answer);
  assert.deepEqual(evidence, {
    isobit: 'evidence/1',
    receipt: alone,
    response: smallResponse,
    request: smallRequest,
  });
  assert.deepEqual(decodeEvidence(encodeEvidence(evidence)), evidence);
});

test('jobs and answers read back as they were written', async () => {
  const tensor = fc
    .uint8Array({ maxLength: 30 })
    .map((data) => ({ name: 'x', datatype: 'UINT8' as const, shape: [data.length], data }));
  await forAll([tensor, fc.boolean(), fc.integer({ min: 1, max: 3_600_000 })], (x, trace, deadlineMs) => {
    const request = createRequest({
      model: smallRequest.model,
      profile: 'fast',
      salt: new Uint8Array(32),
      inputs: [x],
    });
    const asked = { ...job, request, trace, deadlineMs };
    assert.deepEqual(jobKind.decode(jobKind.encode(asked)), asked);
    const answer = { isobit: 'job-answer/1' as const, receipt: alone, response: createResponse([x]) };
    assert.deepEqual(jobAnswerKind.decode(jobAnswerKind.encode(answer)), answer);
  });
});

test('every code of the list reads as itself, every other one as JOB_FAILED', async () => {
  const read = (code: string) =>
    jobErrorKind.decode(encodeCanonical({ isobit: 'job-error/1', code, message: '' })).code;
  for (const code of jobErrorCodes) assert.equal(read(code), code);
  await forAll([fc.stringMatching(/^[A-Z][A-Z0-9_]{0,63}$/)], (code) => {
    assert.equal(read(code), jobErrorCodes.find((known) => known === code) ?? 'JOB_FAILED');
  });
  assert.throws(
    () => read('job failed'),
    (error) => isCoded(error, 'DOCUMENT_INVALID'),
  );
});
