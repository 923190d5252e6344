export { createTokenizer } from './create-tokenizer.ts';
export { type Algorithm, type TokenizerDefinition, tokenKinds } from './definition.ts';
export { createDetokenizer, type Detokenizer } from './detokenizer.ts';
export { tokenizerDigest } from './digest.ts';
export { type HubTokenizerFiles, readHubTokenizer } from './hub/read-hub-tokenizer.ts';
export { tokenizerLimits } from './limits.ts';
export { readGgufTokenizer } from './read-gguf-tokenizer.ts';
export { createStopStrings, type StopStrings } from './stop-strings.ts';
export type { EncodeOptions, Tokenizer } from './tokenizer.ts';
