import { type Command, nodeOptions, trustOptions } from '../command.ts';

export const run: Command = {
  name: 'run',
  args: 'REF|PATH|hf.co/ORG/REPO[:QUANT] [--input FILE]',
  summary: 'ask a model, check the answer, keep the evidence',
  details:
    'The input is JSON tensors (the body of the Open Inference Protocol), .npy, or PNG and JPEG where the card says how an image is read; several inputs are given as NAME=FILE. ' +
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
      value: 'exact|fast',
      help: 'exact (the default) gives equal bits everywhere; fast is only signed',
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
    deadline: { type: 'string', value: 'SECONDS', help: "the worker's budget; 60" },
    raw: { type: 'boolean', help: 'only the answer, as JSON tensors in full; the verdict goes to stderr' },
    ...trustOptions,
    ...nodeOptions,
  },
  examples: [
    ['isobit run digits --input seven.png --check replay --out seven.isobit.json', ''],
    ['isobit run volatility --input candles.npy --check peer', 'a second worker runs it too'],
    ['isobit run pair --input left=a.npy --input right=b.npy', 'several inputs'],
    ['isobit run ./model.onnx --input x.json --raw', 'publish a file and ask it'],
  ],
  arity: [1, 1],
  run: async (invocation) => (await import('../ask/ask.ts')).ask(invocation),
};
