import { type Command, nodeOptions, trustOptions } from '../command.ts';

export const chat: Command = {
  name: 'chat',
  args: 'REF|PATH|hf.co/ORG/REPO[:QUANT]',
  summary: 'talk with a language model, each answer checked',
  details:
    'Reads a line, prints the answer as it comes and then what was checked of it, and remembers the conversation until it ends. ' +
    'An answer that is refuted is said to be, and forgotten. Commands: /evidence [FILE], /new, /help, /exit.',
  options: {
    check: {
      type: 'string',
      value: 'LEVEL',
      help: 'none, signature (the default), replay (run again on this machine) or peer (ask a second worker)',
    },
    system: { type: 'string', value: 'TEXT', help: 'what the model is told before the conversation' },
    'max-tokens': { type: 'string', value: 'N', help: 'tokens of one answer at most; 1024' },
    temperature: { type: 'string', value: 'T', help: '0 takes the likeliest token each time; 1' },
    ...trustOptions,
    ...nodeOptions,
  },
  examples: [
    ['isobit chat storyteller', ''],
    ['isobit chat ./model.gguf --check replay', 'a file of yours, every answer run again'],
  ],
  arity: [1, 1],
  run: async (invocation) => (await import('../chat/chat.ts')).chat(invocation),
};
