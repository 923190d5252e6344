import { type Figure, median, rounded, type SuiteOptions } from '../figure.ts';
import { measure } from '../http/load.ts';
import { ADVICE, type LiteLlm, PUBLISHED } from './litellm.ts';
import { measurePaired, WORD } from './paired.ts';
import { chatAt, jobsAt } from './places.ts';
import type { SpawnedNode } from './spawned.ts';

/** Clients at once, of the figures on throughput. */
const CLIENTS = 20;
const WARM_MS = 2_000;
const TURN_MS = 2_500;
const QUICK_MS = 1_000;
/** What the node behind the first figures calls its model, and what the stub upstream calls its own. */
const MODEL = 'storyteller';
const SERVED = 'stub';

/** All before the same stub upstream. */
export interface Contestants {
  /** With receipts: the node as it is. */
  readonly node: SpawnedNode;
  readonly bare: SpawnedNode;
  readonly liteLlm: LiteLlm | undefined;
}

/** What the gateway adds to the worker behind it: milliseconds of an answer, and to the first word of a stream. */
export async function addedFigures(
  { node, model }: { readonly node: SpawnedNode; readonly model: string },
  { rounds, quick, signal, report }: SuiteOptions,
): Promise<Figure[]> {
  const places = [chatAt(node.url, MODEL), jobsAt(node.direct, model)] as const;
  const alone: [number, number][] = [];
  const together: [number, number][] = [];
  for (let round = -1; round < rounds; round++) {
    const turn = { places, signal, ms: quick ? QUICK_MS : TURN_MS };
    const one = await measurePaired({ ...turn, stream: false, clients: 1 });
    const many = await measurePaired({ ...turn, stream: true, clients: CLIENTS });
    if (round < 0) continue;
    alone.push(one);
    together.push(many);
    report(`gateway, round ${round + 1}: ${told(one)} ms alone, first word in ${told(many)} ms`);
  }
  return [
    added('added at the median, one client', 0.5, alone),
    added(`added to the first word, ${CLIENTS} streams`, 3, together),
  ];
}

const told = ([gateway, worker]: readonly [number, number]): string =>
  `${gateway.toFixed(2)} of the gateway and ${worker.toFixed(2)} of its worker`;

function added(name: string, most: number, times: readonly (readonly [number, number])[]): Figure {
  const value = median(times.map(([gateway, worker]) => gateway - worker));
  const [gateway, worker] = [0, 1].map((at) => median(times.map((pair) => pair[at] as number)));
  return {
    suite: 'gateway',
    name,
    value: rounded(value),
    unit: 'ms',
    peer: `the same worker, asked for jobs over bare HTTP in turns with it: ${worker?.toFixed(2)} ms; through the gateway ${gateway?.toFixed(2)} ms`,
    ratio: rounded((gateway as number) / (worker as number)),
    target: `<= ${most}`,
    holds: value <= most,
  };
}

interface Sample {
  readonly plain: number;
  readonly stream: number;
}

/** What the gateway does in a second, beside itself without receipts and beside LiteLLM. */
export async function throughputFigures(
  { node, bare, liteLlm }: Contestants,
  { rounds, quick, signal, report }: SuiteOptions,
): Promise<Figure[]> {
  const places = {
    gateway: chatAt(node.url, SERVED),
    unsigned: chatAt(bare.url, SERVED),
    ...(liteLlm ? { litellm: chatAt(liteLlm.url, SERVED) } : {}),
  };
  const samples = new Map<string, Sample[]>();
  for (let round = -1; round < rounds; round++)
    for (const [name, { url, plain, stream }] of Object.entries(places)) {
      const ms = quick ? QUICK_MS : round < 0 ? WARM_MS : TURN_MS;
      const turn = { url, clients: CLIENTS, ms, signal };
      const sample = {
        plain: (await measure({ ...turn, body: plain })).perSecond,
        stream: (await measure({ ...turn, body: stream, mark: WORD })).perSecond,
      };
      if (round < 0) continue;
      samples.set(name, [...(samples.get(name) ?? []), sample]);
      report(
        `gateway, round ${round + 1}: ${name} ${sample.plain.toFixed(0)}/s, ${sample.stream.toFixed(0)} streams/s`,
      );
    }
  return (['plain', 'stream'] as const).flatMap((kind) => {
    const of = (name: string): number => median((samples.get(name) ?? []).map((sample) => sample[kind]));
    const name = `${kind === 'plain' ? 'answers' : 'streams of 20 chunks'} with receipts, ${CLIENTS} clients`;
    const here = of('gateway');
    const [litellmSays, theirs] = liteLlm
      ? [`LiteLLM ${liteLlm.version}, one worker, before the same stub`, of('litellm')]
      : [`LiteLLM is not installed (${ADVICE}); its makers publish`, PUBLISHED];
    return [
      beside(name, here, {
        peer: 'the same gateway that signs and logs nothing',
        theirs: of('unsigned'),
        least: 0.4,
      }),
      beside(name, here, { peer: litellmSays, theirs, least: 5 }),
    ];
  });
}

function beside(
  name: string,
  here: number,
  { peer, theirs, least }: { readonly peer: string; readonly theirs: number; readonly least: number },
): Figure {
  return {
    suite: 'gateway',
    name,
    value: Math.round(here),
    unit: '1/s',
    peer: `${peer}: ${theirs.toFixed(0)}/s`,
    ratio: rounded(here / theirs),
    target: `ratio >= ${least}`,
    holds: here / theirs >= least,
  };
}
