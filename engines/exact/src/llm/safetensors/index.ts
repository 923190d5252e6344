export type { Architecture } from './architecture.ts';
export { type Configurations, describeConfiguration } from './describe.ts';
export { safetensorsLimits } from './limits.ts';
export { openSafetensors, type SafetensorsModel, type SafetensorsTensor } from './open-safetensors.ts';
export { headerLength, readHeader, type SafetensorsEntry } from './read-header.ts';
export { readIndex } from './read-index.ts';
export { readSafetensors } from './read-safetensors.ts';
export { streamSafetensors } from './stream-safetensors.ts';
