import type { Engine } from '../runtime.ts';
import type { ModelFile } from './model-file.ts';
import { createReferenceEncoder, createReferenceEngine } from './reference/create-reference-engine.ts';
import type { TokenEncoder, TokenEngine } from './token-engine.ts';

/*
 * The one place that says which adapter of the port in tokens computes.
 */

/** The build as it stands in receipts. */
export const languageEngine: Engine = { name: 'isobit-reference', version: '0.1.0' };

/** @throws CodedError `MODEL_ARCHITECTURE`, `MODEL_METADATA`, `MODEL_TENSOR`, `MODEL_TOO_LARGE`, `MODEL_WEIGHTS` */
export const openDecoder = async (file: ModelFile): Promise<TokenEngine> => createReferenceEngine(file);

/** @throws CodedError as `openDecoder` */
export const openEncoder = async (file: ModelFile): Promise<TokenEncoder> => createReferenceEncoder(file);
