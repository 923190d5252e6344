export { createLlamaEngine, type LlamaEngineOptions } from './create-llama-engine.ts';
