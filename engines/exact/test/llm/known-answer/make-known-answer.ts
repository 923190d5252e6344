import { writeFile } from 'node:fs/promises';
import { answersOf, type TestedEngines } from '../../../src/llm/known-answer/self-test.ts';
import { createReferenceEncoder, createReferenceEngine } from '../../../src/llm/reference/index.ts';

/** The slow reference says what is right. */
export const reference: TestedEngines = {
  decoder: async (model) => createReferenceEngine(model),
  encoder: async (model) => createReferenceEncoder(model),
};

/** The source text of src/llm/known-answer/known-answer.ts. */
export async function knownAnswerText(): Promise<string> {
  const { decoder, encoder } = await answersOf(reference);
  return [
    '/** Digests of what the known models give. Written by test/llm/known-answer/make-known-answer.ts. */',
    'export const knownAnswer = {',
    `  decoder: '${decoder}',`,
    `  encoder: '${encoder}',`,
    '} as const;',
    '',
  ].join('\n');
}

export const path = new URL('../../../src/llm/known-answer/known-answer.ts', import.meta.url);

if (import.meta.main) await writeFile(path, await knownAnswerText());
