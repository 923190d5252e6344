import { type Command, nodeOptions } from '../command.ts';
import { exit } from '../exit.ts';
import { argument, flag, textOption } from '../invocation.ts';
import type { PullEvent } from '../nodes/answers.ts';
import { needOperator } from '../nodes/find-node.ts';
import { pullEvents } from '../nodes/pull-events.ts';
import { counted, formatBytes, formatMs } from '../output/bytes.ts';
import { type Progress, startProgress } from '../output/progress.ts';
import { namedModel, readReference } from '../refs.ts';

type Dropped = Extract<PullEvent, { event: 'dropped' }>;

export const pull: Command = {
  name: 'pull',
  args: 'REF|hf.co/ORG/REPO[:QUANT][@REVISION] [--to DIR]',
  summary: 'fetch a model, verified block by block',
  details:
    'The node fetches from several hosts at once, resumes what an earlier attempt left, and leaves a host that serves a bad block. ' +
    'With --to the files are written out, each block verified again. ' +
    "A model of Hugging Face's hub (HF_ENDPOINT, HF_TOKEN, HF_HOME and HF_HUB_CACHE are obeyed) goes through the hub's own cache, each file checked against the hub's digest, and is then published by the node with the commit that it came from; one in several GGUF files is fetched as a whole.",
  options: {
    to: { type: 'string', value: 'DIR', help: "write the model's files here as well" },
    name: {
      type: 'string',
      value: 'NAME[:VERSION]',
      help: "of a hub's model: its name under this node's key; from the repository otherwise",
    },
    ...nodeOptions,
  },
  examples: [
    ['isobit pull digits', ''],
    ['isobit pull digits:2 --to ./digits', 'and its files into a folder'],
    ['isobit pull hf.co/ORG/REPO:Q4_K_M', 'a model of a hub; without a quantisation, the best that fits'],
  ],
  arity: [1, 1],
  async run(invocation) {
    const { terminal, signal } = invocation;
    const reference = readReference(argument(invocation));
    if (reference.kind === 'hub') {
      const { pullHub } = await import('../hub/pull-hub.ts');
      return pullHub(reference.ref, invocation);
    }
    const ref = namedModel(argument(invocation));
    const to = textOption(invocation, 'to');
    const api = await needOperator(invocation);
    const started = performance.now();
    const dropped: Dropped[] = [];
    let size = 0;
    let done: Extract<PullEvent, { event: 'done' }> | undefined;
    let progress: Progress | undefined;
    try {
      for await (const event of pullEvents(api, ref, signal)) {
        if (event.event === 'start') {
          size = event.size;
          progress = startProgress(terminal, `pull ${ref}`, size);
        } else if (event.event === 'progress')
          progress?.update(event.bytes, sourcesText(event.sources, event.rate));
        else if (event.event === 'dropped') {
          dropped.push(event);
          terminal.note(`left ${event.source}: ${droppedText(event)}`);
        } else done = event;
      }
    } finally {
      progress?.[Symbol.dispose]();
    }
    // pullEvents ends with `done` or throws.
    const { id, fetched } = done as NonNullable<typeof done>;
    const took = performance.now() - started;
    const written = to === undefined ? undefined : await writeOut(id, to);
    if (flag(invocation, 'json')) {
      terminal.json({
        id,
        size,
        fetched,
        dropped: dropped.map(({ event, ...drop }) => drop),
        ...(written ? { files: written } : {}),
      });
      return exit.holds;
    }
    const how = fetched === 0 ? 'was here already' : `fetched ${formatBytes(fetched)} in ${formatMs(took)}`;
    terminal.line(`${ref}: ${formatBytes(size)}, ${how}`);
    terminal.line(id);
    for (const path of written ?? []) terminal.line(`  wrote ${path}`);
    return exit.holds;

    async function writeOut(model: string, dir: string): Promise<string[]> {
      const { writeModel } = await import('../replay/write-model.ts');
      const { manifest } = await api.resolve(model, signal);
      return writeModel({ manifest, dir, baseUrl: api.baseUrl, terminal, signal });
    }
  },
};

const droppedText = ({ reason, block }: Dropped): string =>
  block === undefined ? reason : `${reason} (block ${block})`;

/** `2 sources, 12.0 MB/s`. */
function sourcesText(sources: unknown, rate: number | undefined): string {
  const count = Array.isArray(sources) ? sources.length : typeof sources === 'number' ? sources : undefined;
  const words = count === undefined ? [] : [counted(count, 'source')];
  return [...words, ...(rate ? [`${formatBytes(Math.round(rate))}/s`] : [])].join(', ');
}
