import '@isobit/exact/process/seal';
import { createLanguageRuntime, wllamaLaw } from '@isobit/exact/llm';
import { memoryArgument, modelBytesArgument, serveLanguageModels } from '@isobit/exact/process';
import { llamaWasmKnownAnswer } from './known-answer.ts';
import { openWllama } from './open-wllama.ts';

const runtime = createLanguageRuntime({ law: wllamaLaw(openWllama), memoryBytes: modelBytesArgument() });
await serveLanguageModels(runtime, memoryArgument(), llamaWasmKnownAnswer);
