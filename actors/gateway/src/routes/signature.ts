import { exchangeText } from '@isobit/apis';
import { checksumAddress } from '@isobit/core';
import type { Hono } from 'hono';
import type { GatewayContext } from '../context.ts';
import { gatewayError } from '../errors.ts';
import { queryOf } from '../query.ts';

/** What clients of clouds that run in enclaves send; the id alone says which answer is meant. */
const PARAMETERS = ['model', 'signing_algo'];
const ALGORITHM = 'ecdsa';

/** `GET /v1/signature/{ref}`: which bytes this gateway took and gave, signed (specs/signature.md). */
export function signatureRoutes(app: Hono, { recent, signer, askerOf }: GatewayContext): void {
  app.get('/v1/signature/:ref', (c) => {
    const algorithm = queryOf(c.req.url, PARAMETERS).get('signing_algo') ?? ALGORITHM;
    if (algorithm !== ALGORITHM)
      throw gatewayError(
        'PARAMETER_INVALID',
        `signing_algo: "${algorithm.slice(0, 80)}" is not made here; the only one is ${ALGORITHM}`,
      );
    const ref = c.req.param('ref');
    const kept = recent.get(ref);
    const { model, bytes } = (kept?.asker === askerOf(c)?.id ? kept?.exchange : undefined) ?? {};
    if (!signer || model === undefined || bytes?.response === undefined) throw unknown(ref);
    const text = exchangeText({ model, request: bytes.request, response: bytes.response });
    const body = {
      text,
      signature: signer.sign(text),
      signing_address: checksumAddress(signer.address),
      signing_algo: ALGORITHM,
    };
    return c.json(body, 200, { 'cache-control': 'no-store' });
  });
}

const unknown = (ref: string) =>
  gatewayError(
    'SIGNATURE_UNKNOWN',
    `no answer "${ref.slice(0, 80)}" that was given to its end is here: what went over HTTP is signed for a while, and only for who asked`,
  );
