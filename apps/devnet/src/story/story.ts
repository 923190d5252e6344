import { join } from 'node:path';
import { createClient } from '@isobit/client';
import { createDevnet, type Devnet } from '../network.ts';
import { createOperator, type Published } from '../operator.ts';
import { createFreshReplayer } from '../replayer.ts';
import { until } from '../until.ts';
import {
  addLiar,
  askHonestWorker,
  catchLiar,
  exampleInputs,
  type Play,
  removeLiar,
  runAgain,
} from './acts.ts';
import { catchTextLiar, checkStory, type TextPlay, tellStoryTo } from './text-acts.ts';
import { bytesText, shortId } from './texts.ts';

export interface StoryOptions {
  /** How many honest nodes; at least 2, so that one can witness another. */
  readonly nodes: number;
  /** Folder for everything the network keeps. */
  readonly dir: string;
  readonly pageCache: string;
  readonly home: string;
  readonly firstPort: number;
  /** Folder with a folder for each model. */
  readonly models: string;
  /** A line for the reader, and one under it. */
  readonly tell: (line: string, detail?: string) => void;
  readonly signal: AbortSignal;
}

/** What is there when the story has been told. */
export interface Told extends AsyncDisposable {
  readonly devnet: Devnet;
  /** Base URL of the first node. */
  readonly url: string;
  /** Receipt page of the lie about the picture. */
  readonly page: string;
  /** Receipt page of the lie in the text. */
  readonly textPage: string;
}

/**
 * Brings up a network, hosts the shipped models on it, has a picture read and a story told, checks both, and catches
 * the lies of one who changes an answer.
 *
 * @throws CodedError of the part that failed; the network is gone then
 */
export async function tellStory(options: StoryOptions): Promise<Told> {
  const { dir, pageCache, home, firstPort, models, tell, signal } = options;
  await using cleanup = new AsyncDisposableStack();
  const devnet = cleanup.use(createDevnet({ dir, pageCache, home, firstPort, signal }));
  await bringUp(devnet, options);
  const { digits, storyteller } = await hostModels(devnet, options);

  const operators = devnet.nodes.map(createOperator);
  const nodes = operators.map(({ api }) => api);
  const replayer = cleanup.use(createFreshReplayer({ dir: join(dir, 'client'), nodes }));
  const witnesses = (await Promise.all(operators.map((operator) => operator.status()))).flatMap(
    ({ witness }) => witness ?? [],
  );
  const [first, second] = devnet.nodes as [Devnet['nodes'][number], Devnet['nodes'][number]];
  const client = createClient({
    baseUrl: first.http,
    token: first.token,
    replayer,
    trust: { witnesses, witnessThreshold: 1 },
  });
  const model = await client.api.resolve(digits.id, signal);
  const inputs = await exampleInputs(join(models, 'digits/examples/seven.json'), model);
  const play: Play = { client, replayer, model, inputs, tell, signal };
  await runAgain(play, await askHonestWorker(play, second.address));
  const told: TextPlay = {
    client,
    replayer,
    model: await client.api.resolve(storyteller.id, signal),
    tell,
    signal,
  };
  await checkStory(told, await tellStoryTo(told, second.address));
  const lied = [digits.id, storyteller.id];
  const liar = await addLiar(play, devnet, lied);
  const lie = await catchLiar(play, liar);
  const textLie = await catchTextLiar(told, liar);
  await removeLiar(play, liar, lied);

  const stack = cleanup.move();
  return {
    devnet,
    url: first.http,
    page: `${first.http}/r/${lie}`,
    textPage: `${first.http}/r/${textLie}`,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function bringUp(devnet: Devnet, { nodes: count, tell }: StoryOptions): Promise<void> {
  tell(`${count} nodes are started, which takes longest the first time`);
  await devnet.add();
  await Promise.all(Array.from({ length: count - 1 }, () => devnet.add()));
  tell(`${count} nodes are up, each its own process, key and folder`);
  for (const [i, { address, http }] of devnet.nodes.entries()) tell('', `node ${i + 1}  ${address}  ${http}`);
}

interface Hosted {
  readonly digits: Published;
  readonly storyteller: Published;
}

/** Publishes the models from the first node and waits until all others hold them. */
async function hostModels(devnet: Devnet, { models, tell, signal }: StoryOptions): Promise<Hosted> {
  const [first, ...others] = devnet.nodes.map(createOperator);
  const publish = (name: string, entry?: string): Promise<Published> =>
    (first as NonNullable<typeof first>).publishFolder(join(models, name), name, entry);
  const digits = await publish('digits');
  const volatility = await publish('volatility');
  const storyteller = await publish('storyteller', 'storyteller-q8_0.gguf');
  const named = ({ id, size }: Published): string => `${shortId(id)} (${bytesText(size)})`;
  tell(
    'node 1 published three models',
    `digits ${named(digits)}, volatility ${named(volatility)}, storyteller ${named(storyteller)}`,
  );
  await Promise.all(others.map((other) => other.replicateAll()));
  const wanted = others.flatMap((other) =>
    [digits, volatility, storyteller].map(
      ({ id }) =>
        () =>
          other.holds(id),
    ),
  );
  await until(
    'the models to be replicated',
    async () => (await Promise.all(wanted.map((isHeld) => isHeld()))).every(Boolean),
    { signal },
  );
  tell(`the other ${others.length} fetched all of them over HTTP and checked every block against its digest`);
  return { digits, storyteller };
}
