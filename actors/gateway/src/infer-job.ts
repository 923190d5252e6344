import { type ClientDemands, profileAsked } from '@isobit/apis';
import { toHex } from '@isobit/core';
import {
  decodeInfer,
  type Infer,
  type Job,
  parseInfer,
  profileByName,
  requestFromInfer,
} from '@isobit/receipt';
import type { CatalogueModel } from './catalogue.ts';
import type { GatewayContext } from './context.ts';

/** What an inference body asks, and the job that it becomes; its deadline is set when it is dispatched. */
export interface InferJob {
  readonly infer: Infer;
  readonly job: Omit<Job, 'deadlineMs'>;
}

/**
 * The job that an inference body stands for. Salt and nonce are the client's where it chose them, else random.
 *
 * @param jsonLength bytes of the body that are JSON; all of them when absent
 * @throws CodedError of the `INFER_` codes, `PROFILE_UNKNOWN`, as `profileAsked`
 */
export function inferJob(
  { network, profileDefault, random }: GatewayContext,
  model: CatalogueModel,
  bytes: Uint8Array,
  jsonLength: number | undefined,
  demands: ClientDemands,
): InferJob {
  const infer = parseInfer(decodeInfer(bytes, jsonLength));
  const request = requestFromInfer({
    body: infer,
    manifest: model.manifest,
    model: model.id,
    profile: profileAsked(infer, demands) ?? profileDefault,
    salt: random(32),
  });
  profileByName(request.profile);
  const nonce = infer.nonce ?? toHex(random(32));
  return { infer, job: { isobit: 'job/1', request, nonce, trace: false, network, witnesses: 0 } };
}
