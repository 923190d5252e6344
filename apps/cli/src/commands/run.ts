import { type Command, nodeOptions, trustOptions } from '../command.ts';

export const run: Command = {
  name: 'run',
  args: 'REF|PATH|hf.co/ORG/REPO[:QUANT] ["PROMPT"] [--input FILE]',
  summary: 'ask a model, check the answer, keep the evidence',
  details:
    'The input is JSON tensors (the body of the Open Inference Protocol), .npy, or PNG and JPEG where the card says how an image is read; several inputs are given as NAME=FILE. ' +
    'A language model takes a prompt, a text, or a JSON body with messages; its answer is printed as it comes, and the claims after it. ' +
    'An answer that is refuted is withheld and its evidence kept: exit 1. One that could not be checked as asked is withheld too: exit 3. A path is published first, a model of a hub pulled.',
  options: {
    input: {
      type: 'string',
      short: 'i',
      value: 'FILE|-',
      multiple: true,
      help: 'what to ask with; - is standard input',
    },
    profile: {
      type: 'string',
      value: 'exact|fast|NAME',
      help: 'exact (the default) gives equal bits everywhere; fast is only signed; or one by name, such as llama-wasm-1',
    },
    check: {
      type: 'string',
      value: 'LEVEL',
      help: 'none, signature (the default), replay (run again on this machine) or peer (ask a second worker)',
    },
    out: { type: 'string', short: 'o', value: 'FILE', help: 'write the evidence here, refuted or not' },
    keep: {
      type: 'boolean',
      help: 'leave the evidence with the node too, so that its receipt page shows it',
    },
    trace: {
      type: 'boolean',
      help: 'ask for digests of the intermediate values, so that a difference is traced to its operator',
    },
    witnesses: { type: 'string', value: 'N', help: "cosignatures of the worker's log to wait for" },
    deadline: { type: 'string', value: 'SECONDS', help: "the worker's budget; 60, for a text 600" },
    raw: {
      type: 'boolean',
      help: 'of tensors only the answer, as JSON in full, the verdict on stderr; of a text: go on with the prompt as it stands, without the chat template',
    },
    system: { type: 'string', value: 'TEXT', help: 'what the model is told before the prompt' },
    'max-tokens': { type: 'string', value: 'N', help: 'tokens of the answer at most; 256' },
    temperature: { type: 'string', value: 'T', help: '0 takes the likeliest token each time; 1' },
    'top-p': { type: 'string', value: 'P', help: 'draw among the likeliest tokens that make up this share' },
    'top-k': { type: 'string', value: 'K', help: 'draw among so many tokens' },
    seed: { type: 'string', value: 'N', help: 'of the draw; from the salt of the request otherwise' },
    stop: { type: 'string', value: 'TEXT', multiple: true, help: 'a text that ends the answer' },
    grammar: {
      type: 'string',
      value: 'json|FILE',
      help: 'what the answer must be: JSON, what a JSON Schema describes, or GBNF',
    },
    ...trustOptions,
    ...nodeOptions,
  },
  examples: [
    ['isobit run digits --input seven.png --check replay --out seven.isobit.json', ''],
    ['isobit run volatility --input candles.npy --check peer', 'a second worker runs it too'],
    ['isobit run pair --input left=a.npy --input right=b.npy', 'several inputs'],
    ['isobit run ./model.onnx --input x.json --raw', 'publish a file and ask it'],
    ['isobit run storyteller "Once upon a time" --check replay', 'text, checked in one pass'],
    ['isobit run storyteller --input chat.json --grammar json --seed 7', 'messages in, JSON out'],
  ],
  arity: [1, 2],
  run: async (invocation) => (await import('../ask/ask.ts')).ask(invocation),
};
