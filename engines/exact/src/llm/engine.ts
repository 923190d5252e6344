import { createTokenEncoder } from './engine/create-token-encoder.ts';
import { createTokenEngine } from './engine/create-token-engine.ts';
import type { StreamedModel } from './engine/load/streamed-model.ts';
import type { EngineOptions } from './engine/open-engine.ts';
import type { TokenEncoder, TokenEngine } from './token-engine.ts';

/*
 * The one place that says which adapter of the port in tokens computes.
 */

/** How the engine computes here: all ways give the same bits. */
export type EngineSettings = Pick<EngineOptions, 'kernels' | 'threads' | 'startThread' | 'addresses'>;

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
