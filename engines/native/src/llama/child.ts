import '@isobit/exact/process/seal';
import { createLanguageRuntime } from '@isobit/exact/llm';
import { memoryArgument, modelBytesArgument, serveLanguageModels } from '@isobit/exact/process';
import { llamaLaw } from './llama-law.ts';

// Which models may come here was decided by the node, before it sent them.
const runtime = createLanguageRuntime({ law: llamaLaw, memoryBytes: modelBytesArgument() });
await serveLanguageModels(runtime, memoryArgument());
