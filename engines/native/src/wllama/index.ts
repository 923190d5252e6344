export { createWllamaEngine, type WllamaEngineOptions } from './create-wllama-engine.ts';
export { openWllama, PROMPT_BATCH, type Wllama, type WllamaFile } from './open-wllama.ts';
export { wllamaDigest } from './wllama-engine.ts';
