export { openWllama, type SamplingWllama } from './open-wllama.ts';
