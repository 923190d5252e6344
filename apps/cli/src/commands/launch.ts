import { type Command, nodeOptions } from '../command.ts';

export const launch: Command = {
  name: 'launch',
  args: 'claude|codex|opencode [-- ARGUMENTS]',
  summary: "a coding tool on this machine's models; --restore undoes it",
  details:
    "Writes the node's address and a model into the tool's own settings, and starts it with the arguments behind --. What the settings held before is kept, and --restore puts it back; " +
    'whatever else was changed in them meanwhile stays.',
  options: {
    model: {
      type: 'string',
      value: 'NAME',
      help: 'the model to use; otherwise the first that the node serves',
    },
    key: { type: 'string', value: 'KEY', help: 'the key that a node on another machine asks for' },
    'no-start': { type: 'boolean', help: 'only write the settings' },
    restore: { type: 'boolean', help: 'put the settings back' },
    ...nodeOptions,
  },
  examples: [
    ['isobit launch claude', 'asks this machine from now on'],
    ['isobit launch codex --model storyteller --no-start', 'only the settings'],
    ['isobit launch claude --restore', 'as it was before'],
  ],
  arity: [1, 64],
  run: async (invocation) => (await import('../launch/launch.ts')).launchTool(invocation),
};
