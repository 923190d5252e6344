import { type Command, nodeOptions } from '../command.ts';

export const keys: Command = {
  name: 'keys',
  args: 'create --name NAME | list | rm NAME',
  summary: 'keys with which other machines may ask this node',
  details:
    'A key is shown once, when it is made: the node keeps its hash alone. It counts from then on, and lets nobody in once it is removed, without a restart. ' +
    'Its limits hold for everything that costs work; on this machine itself no key is needed.',
  options: {
    name: { type: 'string', value: 'NAME', help: 'create: what to call the key, 1 to 64 of a-z 0-9 . _ -' },
    'requests-per-minute': { type: 'string', value: 'N', help: 'create: questions in any 60 seconds' },
    'tokens-per-day': {
      type: 'string',
      value: 'N',
      help: 'create: tokens, asked and answered, a day in UTC',
    },
    concurrent: { type: 'string', value: 'N', help: 'create: questions at once; 16 otherwise' },
    expires: {
      type: 'string',
      value: 'TIME',
      help: 'create: such as 12h or 30d from now; never otherwise',
    },
    models: {
      type: 'string',
      value: 'REF',
      multiple: true,
      help: 'create: a model that may be asked, as it is named now; every one otherwise',
    },
    ...nodeOptions,
  },
  examples: [
    ['isobit keys create --name ann --expires 30d --tokens-per-day 100000', ''],
    ['isobit keys create --name lab --models storyteller --requests-per-minute 60 --concurrent 4', ''],
    ['isobit keys rm ann', 'from now on it lets nobody in'],
  ],
  arity: [1, 2],
  run: async (invocation) => (await import('../keys/keys.ts')).runKeys(invocation),
};
