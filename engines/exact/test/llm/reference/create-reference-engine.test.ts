import { createReferenceEncoder, createReferenceEngine, readGguf } from '../../../src/llm/reference/index.ts';
import { tokenEncoderSuite, tokenEngineSuite } from '../token-engine-suite.ts';

tokenEngineSuite('the slow reference', [], (file) => createReferenceEngine(readGguf(file)));
tokenEncoderSuite('the slow reference', [], (file) => createReferenceEncoder(readGguf(file)));
