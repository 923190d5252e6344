import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chooseFiles, type HubRepository, memoryNeeded } from '../../src/hub/index.ts';

const GB = 1e9;

const repository = (files: Record<string, number>): HubRepository => ({
  repo: 'org/repo',
  revision: 'main',
  commit: 'a'.repeat(40),
  files: Object.entries(files).map(([path, size]) => ({ path, size })),
  parents: [],
});

const GGUF = {
  'README.md': 1,
  'm-F16.gguf': 16 * GB,
  'm-IQ2_XXS.gguf': GB,
  'm-Q3_K_M.gguf': 3 * GB,
  'm-Q4_K_M.gguf': 4 * GB,
  'm-Q6_K.gguf': 6 * GB,
  'm-Q8_0.gguf': 8 * GB,
  'mmproj-m-Q8_0.gguf': GB,
};

const entry = (files: Record<string, number>, available: number, quant?: string): string =>
  chooseFiles({ repository: repository(files), available, ...(quant ? { quant } : {}) }).entry;

describe('of GGUF files, where none is named', () => {
  test('Q8_0 where it fits, else Q4_K_M, else the smallest that runs', () => {
    assert.equal(entry(GGUF, 100 * GB), 'm-Q8_0.gguf');
    assert.equal(entry(GGUF, memoryNeeded(8 * GB)), 'm-Q8_0.gguf');
    assert.equal(entry(GGUF, memoryNeeded(8 * GB) - 1), 'm-Q4_K_M.gguf');
    assert.equal(entry(GGUF, 0), 'm-Q4_K_M.gguf');
  });

  test('the only file, whatever it is called', () => {
    assert.equal(entry({ 'model.gguf': 1 }, GB), 'model.gguf');
    assert.equal(entry({ 'stories260K.gguf': 1, 'config.json': 1 }, GB), 'stories260K.gguf');
  });

  test('no guess between several models, or among files that no exact profile runs', () => {
    assert.throws(() => entry({ 'a-Q8_0.gguf': 1, 'b-Q8_0.gguf': 1 }, GB), {
      code: 'HUB_CHOICE',
      message: /a-Q8_0.*b-Q8_0/,
    });
    assert.throws(() => entry({ 'a-IQ1_S.gguf': 1, 'a-TQ1_0.gguf': 1 }, GB), {
      code: 'HUB_CHOICE',
      message: /IQ1_S, TQ1_0/,
    });
  });

  test('a choice that was made is told from one that was asked for', () => {
    const options = { repository: repository(GGUF), available: GB };
    assert.deepEqual(chooseFiles({ ...options, quant: 'q6_k' }), {
      format: 'gguf',
      entry: 'm-Q6_K.gguf',
      files: [{ path: 'm-Q6_K.gguf', size: 6 * GB }],
      quant: 'Q6_K',
      chosen: false,
    });
    assert.equal(chooseFiles(options).chosen, true);
  });
});

describe('of GGUF files, by name', () => {
  test('a quantisation in any case, a file with or without its ending', () => {
    assert.equal(entry(GGUF, 0, 'q6_k'), 'm-Q6_K.gguf');
    assert.equal(entry(GGUF, 0, 'iq2_xxs'), 'm-IQ2_XXS.gguf');
    assert.equal(entry(GGUF, 0, 'M-F16.gguf'), 'm-F16.gguf');
    assert.equal(entry({ 'a-Q8_0.gguf': 1, 'b-Q8_0.gguf': 1 }, 0, 'b-q8_0'), 'b-Q8_0.gguf');
    assert.equal(entry({ 'Q4_0/x.gguf': 1, 'Q8_0/x.gguf': 1 }, 0, 'q4_0'), 'Q4_0/x.gguf');
    assert.equal(entry({ 'x-UD-Q4_K_XL.gguf': 1, 'x-Q4_K_M.gguf': 1 }, 0, 'ud-q4_k_xl'), 'x-UD-Q4_K_XL.gguf');
    assert.equal(entry({ 'x.fp16.gguf': 1 }, 0, 'f16'), 'x.fp16.gguf');
  });

  test('what is not there is refused with what is', () => {
    assert.throws(() => entry(GGUF, 0, 'Q5_K_M'), { code: 'HUB_CHOICE', message: /Q4_K_M, Q6_K, Q8_0/ });
    assert.throws(() => entry({ 'a-Q8_0.gguf': 1, 'b-Q8_0.gguf': 1 }, 0, 'q8_0'), { code: 'HUB_CHOICE' });
  });

  const parts = (stem: string, sizes: readonly number[]): Record<string, number> => {
    const digits = (value: number): string => String(value).padStart(5, '0');
    return Object.fromEntries(
      sizes.map((size, i) => [`${stem}-${digits(i + 1)}-of-${digits(sizes.length)}.gguf`, size]),
    );
  };
  const split: Record<string, number> = {
    ...parts('Q8_0/m-Q8_0', [4 * GB, 4 * GB]),
    ...parts('Q4_K_M/m-Q4_K_M', [3 * GB, GB]),
    'm-Q6_K.gguf': 6 * GB,
  };

  test('a model in parts is all of them, by its quantisation or any name', () => {
    for (const name of [
      'q8_0',
      'Q8_0/m-Q8_0',
      'Q8_0/m-Q8_0-00001-of-00002',
      'q8_0/m-q8_0-00002-of-00002.gguf',
    ])
      assert.deepEqual(chooseFiles({ repository: repository(split), available: 0, quant: name }), {
        format: 'gguf',
        entry: 'Q8_0/m-Q8_0-00001-of-00002.gguf',
        files: [
          { path: 'Q8_0/m-Q8_0-00001-of-00002.gguf', size: 4 * GB },
          { path: 'Q8_0/m-Q8_0-00002-of-00002.gguf', size: 4 * GB },
        ],
        quant: 'Q8_0',
        chosen: false,
      });
  });

  test('it fits where all its parts do', () => {
    assert.equal(entry(split, memoryNeeded(8 * GB)), 'Q8_0/m-Q8_0-00001-of-00002.gguf');
    assert.equal(entry(split, memoryNeeded(8 * GB) - 1), 'Q4_K_M/m-Q4_K_M-00001-of-00002.gguf');
    assert.equal(entry(split, 0), 'Q4_K_M/m-Q4_K_M-00001-of-00002.gguf');
  });

  test('one that lacks a part is refused by that, and never taken unasked', () => {
    const { 'Q8_0/m-Q8_0-00002-of-00002.gguf': _, ...lacking } = split;
    const refusal = { code: 'HUB_CHOICE', message: /lacks Q8_0\/m-Q8_0-00002-of-00002\.gguf/ };
    assert.throws(() => entry(lacking, 0, 'Q8_0'), refusal);
    assert.throws(() => entry({ 'Q8_0/m-Q8_0-00001-of-00002.gguf': 1 }, GB), refusal);
    assert.equal(entry(lacking, 100 * GB), 'Q4_K_M/m-Q4_K_M-00001-of-00002.gguf');
  });
});

describe('of safetensors', () => {
  const beside = {
    'config.json': 1,
    'tokenizer.json': 1,
    'tokenizer_config.json': 1,
    'pytorch_model.bin': 9,
  };

  test('one file, or the shards of its index, and what belongs to them', () => {
    const one = chooseFiles({
      repository: repository({
        ...beside,
        'model.safetensors': 5,
        'consolidated.safetensors': 5,
        'onnx/model.onnx': 3,
      }),
      available: GB,
    });
    assert.equal(one.format, 'safetensors');
    assert.equal(one.entry, 'config.json');
    assert.deepEqual(
      one.files.map(({ path }) => path),
      ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'],
    );
    const shards = chooseFiles({
      repository: repository({
        ...beside,
        'model-00001-of-00002.safetensors': 5,
        'model-00002-of-00002.safetensors': 5,
        'model.safetensors.index.json': 1,
      }),
      available: GB,
    });
    assert.deepEqual(
      shards.files.map(({ path }) => path).filter((path) => path.startsWith('model')),
      [
        'model-00001-of-00002.safetensors',
        'model-00002-of-00002.safetensors',
        'model.safetensors.index.json',
      ],
    );
  });

  test('pickles, a missing tokenizer, a quantisation: refused', () => {
    assert.throws(() => entry(beside, GB), { code: 'HUB_NO_MODEL', message: /neither/ });
    assert.throws(() => entry({ 'config.json': 1, 'model.safetensors': 5 }, GB), {
      code: 'HUB_NO_MODEL',
      message: /tokenizer\.json/,
    });
    assert.throws(() => entry({ ...beside, 'model.safetensors': 5 }, GB, 'Q4_K_M'), { code: 'HUB_CHOICE' });
  });
});
