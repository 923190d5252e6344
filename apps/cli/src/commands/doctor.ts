import { type Command, nodeOptions } from '../command.ts';

export const doctor: Command = {
  name: 'doctor',
  args: '',
  summary: 'every precondition, with its fix',
  details: 'Exit 0 when nothing stands in the way, 3 otherwise. Hints stop nothing.',
  options: nodeOptions,
  examples: [
    ['isobit doctor', ''],
    ['isobit doctor --node https://isobit.example', 'and whether that node answers, at the same time of day'],
  ],
  arity: [0, 0],
  run: async (invocation) => (await import('../doctor/examine.ts')).examine(invocation),
};
