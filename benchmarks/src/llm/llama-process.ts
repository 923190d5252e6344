import { createLlamaEngine } from '@isobit/native/llama';
import { serveContestant } from './contestant-process.ts';
import { engineContestant } from './engine-contestant.ts';

/* node-llama-cpp with all the instructions of this machine; it samples greedily itself. */
serveContestant(engineContestant((path, options) => createLlamaEngine({ path, ...options })));
