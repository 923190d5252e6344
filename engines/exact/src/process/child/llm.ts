import './seal.ts';
import { createLlmExact } from '../../llm/create-llm-exact.ts';
import { memoryArgument, modelBytesArgument } from './arguments.ts';
import { serveLanguageModels } from './serve-language.ts';

serveLanguageModels(createLlmExact({ memoryBytes: modelBytesArgument() }), memoryArgument());
