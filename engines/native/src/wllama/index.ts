export { createWllamaEngine, type WllamaEngineOptions } from './create-wllama-engine.ts';
export { openWllama, PROMPT_BATCH, type Wllama, wllamaDigest } from './open-wllama.ts';
