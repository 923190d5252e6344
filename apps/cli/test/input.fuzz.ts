import { readFileSync } from 'node:fs';
import { utf8 } from '@isobit/core';
import { repositoryPath } from '@isobit/testing';
import jpeg from 'jpeg-js';
import { readJson } from '../src/ask/text-question.ts';
import { isImage, readImage } from '../src/input/image.ts';
import { readNpy } from '../src/input/npy.ts';
import { writeNpy } from './input/write-npy.ts';

const example = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(repositoryPath(`models/digits/examples/${name}`)));

const photo = (): Uint8Array => {
  const data = Buffer.from(Array.from({ length: 16 * 16 * 4 }, (_, i) => (i * 7) % 256));
  return new Uint8Array(jpeg.encode({ width: 16, height: 16, data }, 60).data);
};

const rule = {
  input: 'x',
  width: 4,
  height: 4,
  channels: 1,
  layout: 'NCHW',
  scale: 1,
  mean: 0,
  std: 1,
  invert: 'auto',
} as const;

export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  npy: {
    run: (bytes) => readNpy(bytes, 'x'),
    seeds: () =>
      [1, 2, 3].map((version) =>
        writeNpy({ descr: '<f4', shape: [2, 2], data: new Uint8Array(16), version }),
      ),
  },
  question: {
    run: (bytes) => readJson(bytes, 'a.json'),
    seeds: () =>
      [
        { prompt: 'Once', maxTokens: 4, stop: ['.'] },
        { messages: [{ role: 'user', content: 'Hi' }], now: 0, sampling: { temperature: '0.5' } },
      ].map((body) => utf8(JSON.stringify(body))),
  },
  image: {
    run: (bytes) => isImage(bytes) && readImage(bytes, rule),
    seeds: () => [example('three.png'), example('seven.png'), photo()],
  },
};
