import type { Command } from './command.ts';

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loads the command and what it needs: only the one that runs pays for its imports. */
  load(): Promise<Command>;
}

export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly CommandEntry[];
}

/** Every command, in the order of the help. */
export const commandGroups: readonly CommandGroup[] = [
  {
    title: 'Take part',
    commands: [
      {
        name: 'up',
        summary: 'a network of nodes on this machine, and a lie caught',
        load: async () => (await import('./commands/up.ts')).up,
      },
      {
        name: 'node',
        summary: 'one node, until Ctrl-C; joins a network with --join',
        load: async () => (await import('./commands/node.ts')).node,
      },
      {
        name: 'serve',
        summary: 'language models to clients of OpenAI, Anthropic, Ollama',
        load: async () => (await import('./commands/serve.ts')).serve,
      },
      {
        name: 'keys',
        summary: 'keys with which other machines may ask this node',
        load: async () => (await import('./commands/keys.ts')).keys,
      },
      {
        name: 'launch',
        summary: "a coding tool on this machine's models; --restore undoes it",
        load: async () => (await import('./commands/launch.ts')).launch,
      },
    ],
  },
  {
    title: 'Models',
    commands: [
      {
        name: 'push',
        summary: 'publish a file or folder as a model',
        load: async () => (await import('./commands/push.ts')).push,
      },
      {
        name: 'pull',
        summary: 'fetch a model, verified block by block',
        load: async () => (await import('./commands/pull.ts')).pull,
      },
      {
        name: 'list',
        summary: 'the models that the network holds',
        load: async () => (await import('./commands/list.ts')).list,
      },
      {
        name: 'show',
        summary: 'card, inputs and outputs, files, hosts of a model',
        load: async () => (await import('./commands/show.ts')).show,
      },
      {
        name: 'rm',
        summary: 'forget a model on this node',
        load: async () => (await import('./commands/rm.ts')).rm,
      },
      {
        name: 'ps',
        summary: 'models in memory and jobs in progress',
        load: async () => (await import('./commands/ps.ts')).ps,
      },
    ],
  },
  {
    title: 'Ask and check',
    commands: [
      {
        name: 'run',
        summary: 'ask a model, check the answer, keep the evidence',
        load: async () => (await import('./commands/run.ts')).run,
      },
      {
        name: 'chat',
        summary: 'talk with a language model, each answer checked',
        load: async () => (await import('./commands/chat.ts')).chat,
      },
      {
        name: 'verify',
        summary: 'which claims of an evidence file hold',
        load: async () => (await import('./commands/verify.ts')).verify,
      },
      {
        name: 'log',
        summary: "audit a node's log from its public files",
        load: async () => (await import('./commands/log.ts')).log,
      },
    ],
  },
  {
    title: 'Help',
    commands: [
      {
        name: 'doctor',
        summary: 'every precondition, with its fix',
        load: async () => (await import('./commands/doctor.ts')).doctor,
      },
      {
        name: 'help',
        summary: 'help on a command',
        load: async () => (await import('./commands/help.ts')).help,
      },
    ],
  },
];

export const commandEntries: readonly CommandEntry[] = commandGroups.flatMap((group) => group.commands);
