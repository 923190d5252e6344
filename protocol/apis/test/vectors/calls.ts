import { SALT, type Term, type Vector } from './vector.ts';

const OFFERED = ['weather', 'time'];
const ROME = '{"name": "weather", "arguments": {"city": "Rome"}}';
const TIME = '{"name":"time","parameters":{}}';

const reads = (description: string, text: string, offered: readonly string[] = OFFERED): Vector => ({
  description,
  kind: 'calls',
  text,
  offered,
});

/** What reads as text whole is a valid vector too: nothing is refused. */
export const calls: Term = {
  valid: {
    'calls-none': reads('words', 'It is sunny.'),
    'calls-json': reads('one call in JSON', ` ${ROME}\n`),
    'calls-parameters': reads('parameters in place of arguments', TIME),
    'calls-typed': reads(
      'with a type and an id',
      '{"type":"function","id":"x","name":"time","parameters":{}}',
    ),
    'calls-semicolon': reads('several, as Llama writes them', `${ROME}; ${TIME}`),
    'calls-list': reads('several, as Mistral writes them', `[${ROME}, ${TIME}]`),
    'calls-mistral': reads('after the mark', `So.\n[TOOL_CALLS] [${ROME}]`),
    'calls-hermes': reads('between tags', `<tool_call>\n${ROME}\n</tool_call>`),
    'calls-hermes-several': reads(
      'two between tags, behind words',
      `Well. \n<tool_call>${ROME}</tool_call>\n<tool_call>${TIME}`,
    ),
    'calls-spelling': reads(
      'arguments keep their spelling',
      '{"name":"time","arguments":{ "n" : 1.0e2, "n":12345678901234567890 }}',
    ),
    'calls-escaped': reads(
      'names and texts with escapes',
      '{"name":"ti\\u006de","arguments":{"a":"}\\"\\\\"}}',
    ),
    'calls-not-offered': reads('a tool that was not offered', '{"name":"news","arguments":{}}'),
    'calls-no-tools': reads('no tools', ROME, []),
    'calls-behind': reads('words behind a call', `<tool_call>${ROME}</tool_call> Done.`),
    'calls-cut': reads('a call that was cut off', '<tool_call>{"name": "weather", "argu'),
    'calls-more': reads('another member', '{"name":"time","arguments":{},"why":"x"}'),
    'calls-both': reads('arguments and parameters', '{"name":"time","arguments":{},"parameters":{}}'),
    'calls-twice': reads('a member given twice', '{"name":"time","name":"time","arguments":{}}'),
    'calls-text-arguments': reads('arguments in a text', '{"name":"time","arguments":"{}"}'),
    'calls-not-json': reads('brackets that match, and no JSON', '{"name":"time","arguments":{"a" 1}}'),
    'calls-empty-list': reads('no call', '[]'),
    'calls-behind-object': reads('a text behind a call', '{"name":"time","arguments":{}}"x"'),
    'calls-beginning': reads('what may become a mark', 'So <tool_'),
    'call-id-first': { description: 'of the first call', kind: 'call-id', salt: SALT, choice: 0, index: 0 },
    'call-id-other': { description: 'of another', kind: 'call-id', salt: SALT, choice: 1, index: 2 },
    'call-grammar-one': {
      description: 'one tool without parameters',
      kind: 'call-grammar',
      tools: [{ name: 'time' }],
    },
    'call-grammar-several': {
      description: 'two tools, or an answer, each with references of its own',
      kind: 'call-grammar',
      tools: [
        { name: 'time' },
        { name: 'tree', parameters: '{"properties":{"$ref":{"$ref":"#"},"e":{"enum":["#",{"$ref":"#"}]}}}' },
      ],
      answer: { $ref: '#/definitions/a', definitions: { a: { type: 'integer' } } },
    },
    fingerprint: {
      description: 'of a model with tokenizer and template',
      kind: 'fingerprint',
      manifest: {
        files: [{ path: 'm.gguf', size: 1, root: '44'.repeat(32) }],
        tokenizer: '55'.repeat(32),
        chatTemplate: '66'.repeat(32),
      },
      profile: 'llm-exact-1',
    },
    'fingerprint-plain': {
      description: 'of a model without',
      kind: 'fingerprint',
      manifest: { files: [{ path: 'm.gguf', size: 1, root: '44'.repeat(32) }] },
      profile: 'fast',
    },
  },
  invalid: {
    'fingerprint-profile': {
      description: 'a profile that nobody knows',
      kind: 'fingerprint',
      manifest: { files: [] },
      profile: 'slow',
      error: 'PROFILE_UNKNOWN',
    },
  },
};
