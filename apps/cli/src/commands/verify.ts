import { type Command, nodeOptions, trustOptions } from '../command.ts';

export const verify: Command = {
  name: 'verify',
  args: 'FILE|URL|-',
  summary: 'which claims of an evidence file hold',
  details:
    'Signatures, digests, log and usage are checked offline. The run is repeated on this machine where the model can be had: from the cache, the local node and those it knows, or --from. ' +
    'Where it cannot, --replay auto says so and judges the rest; always makes that exit 3. A URL is a file, or a receipt page (/r/…, #e=…). ' +
    'With --peer a second worker is asked: alone, or where the replay could not tell.',
  options: {
    replay: { type: 'string', value: 'WHEN', help: 'auto (the default), never or always' },
    peer: { type: 'boolean', help: 'ask a second worker instead of this machine' },
    from: { type: 'string', value: 'URL', multiple: true, help: 'a node that serves the model' },
    ...trustOptions,
    ...nodeOptions,
  },
  examples: [
    ['isobit verify seven.isobit.json', ''],
    [
      'isobit verify https://isobit.example/r/4f0c… --trust 0x52f1…',
      'from a receipt page, if that worker signed it',
    ],
    ['curl -s URL | isobit verify - --replay never --json', 'only what needs no model, for a program'],
  ],
  arity: [1, 1],
  run: async (invocation) => (await import('../evidence/check.ts')).check(invocation),
};
