import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOperator, spawnNode } from '@isobit/devnet';
import { repositoryPath } from '@isobit/testing';
import { type Figure, median, rounded, type SuiteOptions } from './figure.ts';
import { startBareServer } from './http/bare-process.ts';
import { type Load, measure } from './http/load.ts';

/** Clients at once, of the figure on throughput. */
const CLIENTS = 20;
const WARM_MS = 1_500;
const TURN_MS = 3_000;
const QUICK_MS = 1_000;

const CONTESTANTS = ['isobit', 'bare'] as const;
type Contestant = (typeof CONTESTANTS)[number];

/**
 * A small model over HTTP with receipt, log and inclusion, beside the same runtime behind bare hono without them:
 * both in processes of their own, both with an engine process of their own.
 */
export async function httpSuite({ rounds, quick, signal, report }: SuiteOptions): Promise<Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'isobit-bench-http-'));
  const folder = repositoryPath('models/digits');
  const body = await readFile(join(folder, 'examples/seven.json'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  const node = cleanup.use(
    await spawnNode({ options: { dataDir: join(dir, 'node'), http: { host: '127.0.0.1', port: 0 } } }),
  );
  await createOperator(node).publishFolder(folder, 'digits');
  const bare = cleanup.use(await startBareServer(join(folder, 'model.onnx')));
  const urls: Record<Contestant, string> = { isobit: node.http, bare: bare.url };
  const turn = (each: Contestant, clients: number, ms: number): Promise<Load> =>
    measure({ url: `${urls[each]}/v2/models/digits/infer`, body, clients, ms, signal });

  const turnMs = quick ? QUICK_MS : TURN_MS;
  for (const each of CONTESTANTS) await turn(each, CLIENTS, quick ? QUICK_MS : WARM_MS);
  const alone: Record<Contestant, number[]> = { isobit: [], bare: [] };
  const together: Record<Contestant, number[]> = { isobit: [], bare: [] };
  for (let round = 0; round < rounds; round++) {
    for (const each of CONTESTANTS) {
      const one = await turn(each, 1, turnMs);
      const many = await turn(each, CLIENTS, turnMs);
      alone[each].push(one.medianMs);
      together[each].push(many.perSecond);
      report(
        `http, round ${round + 1}: ${each} ${one.medianMs.toFixed(2)} ms with one client, ${many.perSecond.toFixed(0)}/s with ${CLIENTS}`,
      );
    }
  }
  const share = median(together.isobit) / median(together.bare);
  const added = median(alone.isobit) - median(alone.bare);
  return [
    {
      suite: 'http',
      name: `digits with receipt, log and inclusion, ${CLIENTS} clients`,
      value: Math.round(median(together.isobit)),
      unit: '1/s',
      peer: `the same runtime behind bare hono: ${median(together.bare).toFixed(0)}/s`,
      ratio: rounded(share),
      target: 'ratio >= 0.5',
      holds: share >= 0.5,
    },
    {
      suite: 'http',
      name: 'added at the median, one client',
      value: rounded(added),
      unit: 'ms',
      peer: `bare hono: ${median(alone.bare).toFixed(2)} ms; with receipt: ${median(alone.isobit).toFixed(2)} ms`,
      ratio: rounded(median(alone.isobit) / median(alone.bare)),
      target: '<= 3',
      holds: added <= 3,
    },
  ];
}
