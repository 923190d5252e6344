import { limits } from '@isobit/core';
import {
  answerKind,
  type Evidence,
  isSignedByWorker,
  isTokenTrace,
  type OperatorTrace,
  profileByName,
  profileDigest,
  type Response,
  requestDigest,
  requestTensors,
  responseDigest,
  responseTensors,
  saltOf,
  type TensorsResponse,
  type TextResponse,
  type TokenTrace,
  type Trace,
  traceRoot,
  valueDigest,
  ZERO_HASH,
} from '@isobit/receipt';
import { refuted, verified } from '../claim.ts';
import type { Trust } from '../trust.ts';
import type { Claim, Reason } from '../verdict.ts';

const no = (reason: Reason, detail: string): Claim => refuted('integrity', 'signature', reason, detail);

/** The receipt is signed by its worker, belongs here and now, and names exactly the documents disclosed. */
export function checkIntegrity(evidence: Evidence, trust: Trust): Claim {
  const { receipt, request, response, trace } = evidence;
  if (!isSignedByWorker(receipt))
    return no('signature', `the signature is not one that worker ${receipt.worker} made over this receipt`);
  if (receipt.network !== trust.network)
    return no('network', `the receipt belongs to network ${receipt.network}, not to ${trust.network}`);
  if (receipt.time > trust.now + limits.clockSkewMs)
    return no('clock', `the receipt is dated ${new Date(receipt.time).toISOString()}, in your future`);
  const stale = checkExpected(evidence, trust);
  if (stale) return stale;
  const mismatch = checkDocuments(evidence);
  if (mismatch) return mismatch;
  const shown = [request && 'request', response && 'response', trace && 'trace'].filter(Boolean);
  const what = shown.length
    ? `the signature covers the ${shown.join(', ')} shown`
    : 'the receipt is signed; no content is disclosed';
  return verified('integrity', 'signature', what);
}

/** A receipt is only an answer to the question that was asked. */
function checkExpected({ receipt }: Evidence, { expected }: Trust): Claim | undefined {
  if (!expected) return undefined;
  if (expected.nonce !== undefined && receipt.details.nonce !== expected.nonce)
    return no('stale', 'the receipt carries another nonce than the one sent: it answers another question');
  if (expected.request !== undefined && receipt.request !== expected.request)
    return no('stale', 'the receipt is about another request than the one sent');
  if (expected.model !== undefined && receipt.model !== expected.model)
    return no('stale', `the receipt is about model ${receipt.model}, ${expected.model} was asked`);
  if (expected.profile !== undefined && receipt.profile !== expected.profile)
    return no('stale', 'the receipt is about another profile than the one asked for');
  return undefined;
}

function checkDocuments({ receipt, request, response, trace }: Evidence): Claim | undefined {
  if (request) {
    if (requestDigest(request) !== receipt.request)
      return no('request-digest', 'the request shown is not the one the receipt names');
    if (request.model !== receipt.model)
      return no(
        'request-receipt',
        `the request asks for model ${request.model}, the receipt names ${receipt.model}`,
      );
    if (profileOf(request.profile) !== receipt.profile)
      return no(
        'request-receipt',
        `the request asks for profile ${request.profile}, the receipt names another`,
      );
    if (request.kind === 'tensors' && !readable(() => requestTensors(request)))
      return no('malformed', 'an input tensor of the request is not well formed');
  }
  if (!request && (response || trace))
    return no(
      'not-disclosed',
      'a response or trace is shown without its request, whose salt is needed to check it',
    );
  const salt = request && saltOf(request);
  if (response && salt) {
    if (responseDigest(response, salt) !== receipt.response)
      return no('response-digest', 'the response shown is not the one the receipt names');
    if (response.kind !== answerKind(request))
      return no(
        'response-kind',
        `the response is one of ${response.kind}, which is no answer to a request of kind ${request.kind}`,
      );
    if (response.kind === 'tensors' && !readable(() => responseTensors(response)))
      return no('malformed', 'an output tensor of the response is not well formed');
  }
  if (trace && salt && traceRoot(trace, salt) !== receipt.trace)
    return no('trace-root', 'the trace shown is not the one the receipt names');
  if (trace && response && salt && !endsIn(trace, response, salt))
    return no('trace-output', 'the trace does not end in the response');
  return undefined;
}

function endsIn(trace: Trace, response: Response, salt: Uint8Array): boolean {
  if (response.kind === 'text') return isTokenTrace(trace) && hasTokens(trace, response);
  return !isTokenTrace(trace) && hasOutputs(trace, response, salt);
}

/** Every output that an operator made has the digest the trace gives it; outputs that pass an input through have none. */
function hasOutputs(trace: OperatorTrace, response: TensorsResponse, salt: Uint8Array): boolean {
  const values = new Map(trace.steps.flatMap((step) => step.outputs.map((o) => [o.name, o.digest] as const)));
  return responseTensors(response).every((tensor) => {
    const digest = valueDigest(tensor, salt);
    return (values.get(tensor.name) ?? digest) === digest;
  });
}

/** The trace has a step for each token of each answer, in order. */
function hasTokens({ steps }: TokenTrace, { choices }: TextResponse): boolean {
  const tokens = choices.flatMap((choice, c) => choice.tokens.map((token) => ({ choice: c, token })));
  return (
    steps.length === tokens.length &&
    tokens.every(({ choice, token }, i) => steps[i]?.choice === choice && steps[i].token === token)
  );
}

function profileOf(name: string): string {
  try {
    return profileDigest(profileByName(name));
  } catch {
    return ZERO_HASH;
  }
}

function readable(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

/** Who signed. Only asked once integrity holds. */
export function checkSigner({ receipt }: Evidence, trust: Trust): Claim {
  if (trust.workers && !trust.workers.includes(receipt.worker)) {
    return refuted(
      'signer',
      'signature',
      'signer-untrusted',
      `${receipt.worker} signed, which is not among the workers you trust`,
    );
  }
  return verified(
    'signer',
    'signature',
    trust.workers
      ? `${receipt.worker}, whom you trust`
      : `${receipt.worker}; you named nobody to trust, so this says which key and not who`,
  );
}
