import { digests } from '@isobit/kernels';
import type { Engine } from '../runtime.ts';
import { createTokenEncoder } from './engine/create-token-encoder.ts';
import { createTokenEngine } from './engine/create-token-engine.ts';
import type { StreamedModel } from './engine/load/streamed-model.ts';
import type { EngineOptions } from './engine/open-engine.ts';
import type { TokenEncoder, TokenEngine } from './token-engine.ts';

/*
 * The one place that says which adapter of the port in tokens computes.
 */

/** How the engine computes here: all ways give the same bits. */
export type EngineSettings = Pick<EngineOptions, 'kernels' | 'threads' | 'startThread'>;

/** The build as it stands in receipts: that of one thread, or that whose threads share their memory. */
export const languageEngine = (threads = 1): Engine => ({
  name: 'isobit-kernels',
  version: '0.1.0',
  digest: threads > 1 ? digests.shared : digests.single,
});

/** The binary that one thread needs, by which others fetch it: 64 hex characters of SHA-256. */
export const kernelsDigest: string = digests.single;

/** @throws CodedError `MODEL_ARCHITECTURE`, `MODEL_METADATA`, `MODEL_TENSOR`, `MODEL_TOO_LARGE`, `MODEL_WEIGHTS`, `RUN_MEMORY` */
export const openDecoder = (
  model: StreamedModel,
  options: Omit<EngineOptions, 'model'>,
): Promise<TokenEngine> => createTokenEngine({ model, ...options });

/** @throws CodedError as `openDecoder` */
export const openEncoder = (
  model: StreamedModel,
  options: Omit<EngineOptions, 'model'>,
): Promise<TokenEncoder> => createTokenEncoder({ model, ...options });
