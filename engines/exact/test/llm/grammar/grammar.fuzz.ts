import { utf8 } from '@isobit/core';
import { compileGrammar } from '../../../src/llm/grammar/compile.ts';
import { readGbnf } from '../../../src/llm/grammar/read-gbnf.ts';
import { readSchema } from '../../../src/llm/grammar/schema/read-schema.ts';

const decoder = new TextDecoder();
const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

/** Readers of strangers' grammars: they may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  readGbnf: {
    run: (bytes) => compileGrammar(readGbnf(textOf(bytes))),
    seeds: () =>
      ['root ::= "a" | x{2,3}\nx ::= [^a-z\\n]+ # c\n', 'root ::= "(" root ")" | "\\u00e9"?'].map(utf8),
  },
  readSchema: {
    run: (bytes) => compileGrammar(readSchema(textOf(bytes))),
    seeds: () =>
      [
        { type: 'object', properties: { a: { type: ['string', 'null'], maxLength: 3 } }, required: ['a'] },
        { type: 'array', prefixItems: [{ $ref: '#' }], items: { enum: [1, 'x'] }, minItems: 1 },
        { anyOf: [{ type: 'integer', minimum: -5 }, { const: null }], additionalProperties: true },
      ].map((each) => utf8(JSON.stringify(each))),
  },
};
