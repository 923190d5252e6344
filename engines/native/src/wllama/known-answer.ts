import { type KnownAnswer, textKnownAnswer } from '@isobit/exact';
import { llamaWasm } from '@isobit/receipt';
import { knownAnswer } from './known-answer-data.ts';

/** What an engine of llama-wasm-1 has to give, bit for bit, before it signs anything. */
export const llamaWasmKnownAnswer: KnownAnswer = textKnownAnswer({ profile: llamaWasm.name, ...knownAnswer });
