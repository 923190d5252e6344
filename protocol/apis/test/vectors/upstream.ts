import { callGrammar } from '../../src/index.ts';
import { NOW, type Term, type Vector } from './vector.ts';

const user = { role: 'user', content: 'Hello' };
const chatOf = (more: object = {}) => ({ prompt: { messages: [user], now: NOW, ...more } });
const vllm = { model: 'llama3.2:3b', kind: 'vllm' };
const llama = { model: 'model.gguf', kind: 'llama.cpp' };

const city = '{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}';
const weather = { name: 'weather', description: 'of a city', parameters: city };
const time = { name: 'time' };
const tools = [weather, time];

const body = (description: string, request: object, server = vllm): Vector => ({
  description,
  kind: 'upstream-body',
  server,
  request,
});
const notAsked = (description: string, request: object, server = vllm): Vector => ({
  ...body(description, request, server),
  error: 'API_UNSUPPORTED',
});

const answer = (description: string, chunks: readonly unknown[], request: object = chatOf()): Vector => ({
  description,
  kind: 'upstream-answer',
  model: 'llama3.2:3b',
  request,
  chunks,
});
const bad = (description: string, chunks: readonly unknown[], request: object = chatOf()): Vector => ({
  ...answer(description, chunks, request),
  error: 'API_ANSWER',
});

/** A chunk of the first choice. */
const chunk = (delta: object, more: object = {}) => ({ choices: [{ index: 0, delta, ...more }] });
const say = (content: string) => chunk({ content });
const end = (reason = 'stop') => chunk({}, { finish_reason: reason });
const call = (index: number, name: string, written: string, more: object = {}) =>
  chunk({
    tool_calls: [
      { index, id: `call_${index}`, type: 'function', function: { name, arguments: written }, ...more },
    ],
  });
const more = (index: number, written: string) =>
  chunk({ tool_calls: [{ index, function: { arguments: written } }] });
const counted = (usage: unknown) => ({ choices: [], usage });
const withTools = chatOf({ tools });

const embedding = (description: string, json: unknown, texts = ['a', 'b']): Vector => ({
  description,
  kind: 'upstream-embedding',
  model: 'embed',
  texts,
  json: typeof json === 'string' ? json : JSON.stringify(json),
});
const badEmbedding = (description: string, json: unknown, texts?: string[]): Vector => ({
  ...embedding(description, json, texts),
  error: 'API_ANSWER',
});
const rows = (...list: unknown[]) => ({ data: list.map((each, index) => ({ index, embedding: each })) });

/** Vectors of specs/upstream.md. */
export const upstream: Term = {
  valid: {
    embedding: embedding('two texts, in the other order; floats are rounded', {
      object: 'list',
      model: 'embed-v2',
      data: [
        { index: 1, embedding: [0.1, -0.5] },
        { index: 0, embedding: [1, 16777217] },
      ],
      usage: { prompt_tokens: 2, total_tokens: 2 },
    }),
    'embedding-unplaced': embedding('embeddings without a place', { data: [{ embedding: [0.5] }] }, ['a']),
    'body-small': body('a chat, all as the server likes it', { ...chatOf(), maxTokens: 524_288 }),
    'body-full': body('every setting', {
      ...chatOf(),
      sampling: {
        temperature: '0.7',
        topP: '0.9',
        topK: 40,
        minP: '0.05',
        repeatPenalty: '1.1',
        presencePenalty: '-0.5',
        frequencyPenalty: '0.25',
        logitBias: { '15': '-100' },
        seed: '18446744073709551615',
      },
      stop: ['\n\n', 'END'],
      choices: 2,
    }),
    'body-llama': body(
      'llama.cpp: a penalty of another name, a grammar',
      { ...chatOf(), sampling: { repeatPenalty: '1.5' }, grammar: { kind: 'gbnf', grammar: 'root ::= "a"' } },
      llama,
    ),
    'body-text': body('text to go on with', { prompt: { text: 'Once upon a time' } }),
    'body-tokens': body('tokens to go on with', { prompt: { tokens: [1, 15043] } }),
    'body-text-grammar': body(
      'a grammar beside a text',
      { prompt: { text: 'a' }, grammar: { kind: 'gbnf', grammar: 'root ::= "a"' } },
      llama,
    ),
    'body-history': body('calls and their results', {
      prompt: {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { ...user, name: 'ann' },
          {
            role: 'assistant',
            content: '',
            toolCalls: [{ id: 'c1', name: 'weather', arguments: '{"city":"Rome"}' }],
          },
          { role: 'tool', content: 'sun', toolCallId: 'c1' },
        ],
        now: NOW,
        tools,
      },
    }),
    'body-json': body('JSON of any form', { ...chatOf(), grammar: { kind: 'json' } }),
    'body-schema': body('JSON of a schema', { ...chatOf(), grammar: { kind: 'schema', schema: city } }),
    'body-required': body('a call of any tool', { ...withTools, grammar: callGrammar(tools) }),
    'body-named': body('a call of one tool', { ...withTools, grammar: callGrammar([weather]) }),
    'body-only-tool': body('a call of the only tool', {
      ...chatOf({ tools: [weather] }),
      grammar: callGrammar([weather]),
    }),
    'body-call-or-answer': body('a call or an answer of a schema', {
      ...withTools,
      grammar: callGrammar(tools, { type: 'object' }),
    }),
    'answer-small': answer('words, an end, usage', [
      chunk({ role: 'assistant', content: '' }),
      say('Hel'),
      say('lo.'),
      end(),
      counted({ prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 }),
    ]),
    'answer-unstated': answer('no usage: none is stated', [{ ...say('a'), usage: null }, end('length')]),
    'answer-half-stated': answer('of usage only the prompt', [end(), counted({ prompt_tokens: 4 })]),
    'answer-last-usage': answer('usage with every chunk: the last counts', [
      { ...say('a'), usage: { prompt_tokens: 4, completion_tokens: 1 } },
      { ...end(), usage: { prompt_tokens: 4, completion_tokens: 2 } },
    ]),
    'answer-surrogates': answer('a character in two chunks; one that is half', [
      say('\ud83d'),
      say('\ude00\ud83d'),
      say('x'),
      say('\udc00\ud800'),
      end(),
    ]),
    'answer-version': answer('a dated version of the model', [
      { ...say('a'), model: 'llama3.2:3b-2026-01-01' },
      end(),
    ]),
    'answer-nameless': answer('a server that leaves its model out', [{ ...say('a'), model: '' }, end()]),
    'answer-choices': answer(
      'two answers, one in the other',
      [
        { choices: [{ index: 1, delta: { content: 'b' } }, { delta: { content: 'a' } }] },
        { choices: [{ index: 0, delta: {}, finish_reason: 'length' }] },
        { choices: [{ index: 1, delta: { content: 'B' }, finish_reason: 'eos_token' }] },
      ],
      { ...chatOf(), choices: 2 },
    ),
    'answer-text': answer(
      'of a text',
      [
        { choices: [{ index: 0, text: ' there' }] },
        { choices: [{ index: 0, text: '', finish_reason: 'stop' }] },
      ],
      { prompt: { text: 'Once' } },
    ),
    'answer-others': answer("members that are nobody's here", [
      {
        ...chunk({ content: 'a', reasoning_content: 'hm', refusal: null }, { logprobs: null }),
        id: 'x',
        created: 1,
      },
      end(),
    ]),
    'answer-call': answer(
      'a call in fragments, after words',
      [
        say('Let me see. '),
        call(0, 'weather', ''),
        more(0, '{"city":'),
        more(0, ' "Rome"}'),
        end('tool_calls'),
      ],
      withTools,
    ),
    'answer-calls': answer(
      'two calls, one without arguments, in the order of their places',
      [call(1, 'time', ''), call(0, 'weather', ' {"city":"Rome"}\n'), end('tool_calls')],
      withTools,
    ),
    'answer-calls-unplaced': answer(
      'whole calls that name no place',
      [
        chunk({
          tool_calls: [
            { id: 'a', function: { name: 'time', arguments: '{}' } },
            { id: 'b', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
          ],
        }),
        end('tool_calls'),
      ],
      withTools,
    ),
    'answer-call-written': answer(
      'a call that the model wrote into its text stays there',
      [say('{"name":"time","arguments":{}}'), end()],
      withTools,
    ),
  },
  invalid: {
    'embedding-fewer': badEmbedding('a text without an embedding', rows([1])),
    'embedding-more': badEmbedding('an embedding of no text', rows([1], [2], [3])),
    'embedding-twice': badEmbedding('two embeddings of one text', {
      data: [
        { index: 0, embedding: [1] },
        { index: 0, embedding: [2] },
      ],
    }),
    'embedding-empty': badEmbedding('embeddings of no number', rows([], [])),
    'embedding-widths': badEmbedding('embeddings of two widths', rows([1, 2], [3])),
    'embedding-null': badEmbedding('a number that is none', rows([1, null], [3, 4])),
    'embedding-text': badEmbedding('embeddings in base64', rows('AACAPw==', 'AACAPw==')),
    'embedding-infinite': badEmbedding('a number above every float', rows([1e39], [1])),
    'embedding-model': badEmbedding('another model', { ...rows([1], [2]), model: 'other' }),
    'embedding-error': badEmbedding('no data', { error: 'x' }),
    'embedding-list': badEmbedding('a list', []),
    'body-probabilities': notAsked('log probabilities', { ...chatOf(), logProbabilities: 2 }),
    'body-token-bytes': notAsked('bytes of tokens', { ...chatOf(), tokenBytes: true }),
    'body-window': notAsked('a window of penalties', { ...chatOf(), sampling: { penaltyWindow: 64 } }),
    'body-seed': notAsked('a seed that no double holds', {
      ...chatOf(),
      sampling: { seed: '9007199254740993' },
    }),
    'body-gbnf': notAsked('a grammar that only llama.cpp reads', {
      ...chatOf(),
      grammar: { kind: 'gbnf', grammar: 'root ::= "a"' },
    }),
    'body-text-json': notAsked('JSON of a text', { prompt: { text: 'a' }, grammar: { kind: 'json' } }),
    'body-parameters': notAsked(
      'parameters that are no JSON',
      chatOf({ tools: [{ name: 'f', parameters: '{' }] }),
    ),
    'body-deep': notAsked(
      'parameters of a depth that nobody writes',
      chatOf({ tools: [{ name: 'f', parameters: `${'['.repeat(40)}${']'.repeat(40)}` }] }),
    ),
    'answer-no-end': bad('no end', [say('a')]),
    'answer-nothing': bad('nothing at all', []),
    'answer-one-of-two': bad('one answer where two were asked for', [say('a'), end()], {
      ...chatOf(),
      choices: 2,
    }),
    'answer-other-choice': bad('an answer that was not asked for', [
      { choices: [{ index: 1, delta: { content: 'a' } }] },
    ]),
    'answer-after-end': bad('words behind the end', [end(), say('a')]),
    'answer-call-after-end': bad('a call behind the end', [end(), call(0, 'time', '{}')], withTools),
    'answer-two-ends': bad('two ends', [end('stop'), end('length')]),
    'answer-filtered': bad('an answer that a filter withheld', [say('a'), end('content_filter')]),
    'answer-error': bad('an error in the middle', [say('a'), { error: { message: 'out of memory' } }]),
    'answer-model': bad('another model', [{ ...say('a'), model: 'llama3.2:1b' }, end()]),
    'answer-model-longer': bad('a model whose name only begins so', [
      { ...say('a'), model: 'llama3.2:3bx' },
      end(),
    ]),
    'answer-model-number': bad('a model that is no text', [{ ...say('a'), model: 3 }, end()]),
    'answer-list': bad('a chunk that is no object', [[]]),
    'answer-choices-object': bad('choices that are no list', [{ choices: {} }]),
    'answer-content-number': bad('words that are no text', [chunk({ content: 1 })]),
    'answer-usage-negative': bad('fewer tokens than none', [
      end(),
      counted({ prompt_tokens: 1, completion_tokens: -5 }),
    ]),
    'answer-usage-fraction': bad('half a token', [
      end(),
      counted({ prompt_tokens: 1.5, completion_tokens: 1 }),
    ]),
    'answer-usage-text': bad('tokens as text', [
      end(),
      counted({ prompt_tokens: '12', completion_tokens: 1 }),
    ]),
    'answer-usage-absurd': bad('a prompt longer than any', [
      end(),
      counted({ prompt_tokens: 16_777_217, completion_tokens: 1 }),
    ]),
    'answer-usage-more': bad('more tokens than were asked for', [
      end(),
      counted({ prompt_tokens: 1, completion_tokens: 17 }),
    ]),
    'answer-call-json': bad(
      'arguments that are no JSON',
      [call(0, 'weather', '{"city":'), end('tool_calls')],
      withTools,
    ),
    'answer-call-list': bad(
      'arguments that are no object',
      [call(0, 'weather', '[1]'), end('tool_calls')],
      withTools,
    ),
    'answer-call-other': bad(
      'a tool that was not offered',
      [call(0, 'rm', '{}'), end('tool_calls')],
      withTools,
    ),
    'answer-call-unasked': bad('a call where no tool was offered', [
      call(0, 'time', '{}'),
      end('tool_calls'),
    ]),
    'answer-call-nameless': bad('a call without a name', [more(0, '{}'), end('tool_calls')], withTools),
    'answer-call-renamed': bad(
      'a call of two names',
      [call(0, 'time', ''), call(0, 'weather', '{}'), end('tool_calls')],
      withTools,
    ),
    'answer-call-mark': bad(
      'words that look like the beginning of a call',
      [say('<tool_call>'), call(0, 'time', '{}'), end('tool_calls')],
      withTools,
    ),
    'answer-call-place': bad('a place beyond any', [call(128, 'time', '{}'), end('tool_calls')], withTools),
  },
};
