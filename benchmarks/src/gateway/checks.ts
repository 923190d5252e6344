import { type Check, createClient } from '@isobit/client';
import { type Figure, median, rounded, type SuiteOptions } from '../figure.ts';
import type { SpawnedNode } from './spawned.ts';

const LEVELS = ['signature', 'inclusion', 'replay'] as const satisfies readonly Check[];
const TOKENS = 96;
const QUICK_TOKENS = 16;

/** The storyteller through the gateway, unchecked, and through the client's fetch at each level: whole answers. */
export async function checkFigures(
  node: SpawnedNode,
  { rounds, quick, signal, report }: SuiteOptions,
): Promise<Figure[]> {
  const ways: readonly (readonly [name: string, ask: typeof fetch])[] = [
    ['off', fetch],
    ...LEVELS.map((check) => [check, createClient({ baseUrl: node.url, check }).fetch] as const),
  ];
  const times = new Map<string, number[]>();
  // In the first round models are loaded, there and here.
  for (let round = -1; round < rounds; round++)
    for (const [name, ask] of ways) {
      const start = performance.now();
      const answer = await ask(`${node.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'storyteller',
          messages: [{ role: 'user', content: `Tell me a story about ${round + 2} cats.` }],
          max_tokens: quick ? QUICK_TOKENS : TOKENS,
          temperature: 0,
        }),
        signal,
      });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`check ${name}: ${answer.status} ${text}`);
      if (round < 0) continue;
      times.set(name, [...(times.get(name) ?? []), performance.now() - start]);
      report(`gateway, round ${round + 1}: check ${name} ${(performance.now() - start).toFixed(0)} ms`);
    }
  const of = (name: string): number => median(times.get(name) ?? []);
  return LEVELS.map((level) => ({
    suite: 'gateway',
    name: `storyteller through the client, check ${level}`,
    value: Math.round(of(level)),
    unit: 'ms',
    peer: `check off, the package's own fetch: ${of('off').toFixed(0)} ms`,
    ratio: rounded(of(level) / of('off')),
    target: 'reported',
    holds: true,
  }));
}
