import '@isobit/exact/process/seal';
import { createLanguageRuntime } from '@isobit/exact/llm';
import { memoryArgument, modelBytesArgument, serveLanguageModels } from '@isobit/exact/process';
import { llamaWasmKnownAnswer } from './known-answer.ts';
import { wllamaLaw } from './wllama-law.ts';

const runtime = createLanguageRuntime({ law: wllamaLaw, memoryBytes: modelBytesArgument() });
await serveLanguageModels(runtime, memoryArgument(), llamaWasmKnownAnswer);
