import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  bitsOf,
  createDecoder,
  createEncoder,
  type ModelFile,
  openSafetensors,
  readGguf,
  readSafetensors,
} from '../../../src/llm/reference/index.ts';
import { buildGguf } from '../build-gguf.ts';
import { decoderFile, decoderParts, encoderFile, type ModelOptions } from '../random-model.ts';
import {
  decoderFiles,
  decoderTensors,
  encoderFiles,
  encoderTensors,
  inShards,
  toHalves,
} from './as-safetensors.ts';
import { filesOf } from './build-safetensors.ts';

const TOKENS = [1, 5, 47, 0, 5, 33, 2, 9];

function logits(model: ModelFile): number[][] {
  const decoder = createDecoder(model);
  return decoder.forward(decoder.createSequence(), TOKENS).map((values) => Array.from(values, bitsOf));
}

const saved = async (files: Record<string, Uint8Array>): Promise<number[][]> =>
  logits(await readSafetensors(filesOf(files)));

const types = ['F32', 'F16', 'BF16'] as const;

describe('the same random model gives the same bits from GGUF and from safetensors', () => {
  for (const type of types)
    for (const architecture of ['qwen2', 'qwen3'] as const)
      for (const tied of [false, true])
        test(`${architecture}, ${type}${tied ? ', tied' : ''}`, async () => {
          const options: ModelOptions = { architecture, type, tied, layers: 2 };
          assert.deepEqual(await saved(decoderFiles(options)), logits(readGguf(decoderFile(options))));
        });

  // Rows in the same order: GGUF's own order of a llama is another one, see below.
  for (const modelType of ['llama', 'mistral'])
    test(`${modelType}, where the rows of both are in halves`, async () => {
      const options: ModelOptions = { architecture: 'llama', type: 'F16', layers: 2 };
      const gguf = readGguf(decoderFile(options));
      assert.deepEqual(
        await saved(decoderFiles(options, { modelType })),
        logits({ ...gguf, order: 'halves' }),
      );
      assert.notDeepEqual(await saved(decoderFiles(options, { modelType })), logits(gguf));
    });

  for (const type of types)
    for (const mean of [true, false])
      test(`bert, ${type}, ${mean ? 'mean' : 'first token'}`, async () => {
        const file = await readSafetensors(filesOf(encoderFiles(type, { mean })));
        const gguf = readGguf(encoderFile(type, mean ? 1 : 2));
        assert.deepEqual(createEncoder(file).embed(TOKENS), createEncoder(gguf).embed(TOKENS));
      });
});

test('a llama converted to GGUF turns the same pairs, and adds the products of its scores in another order', async () => {
  const options: ModelOptions = { architecture: 'llama', type: 'F32', layers: 2 };
  const { metadata, tensors } = decoderParts(options);
  const halves = tensors.map(toHalves);
  const asGguf = (list: typeof tensors): number[][] => logits(readGguf(buildGguf(metadata, list)));
  const published = decoderFiles(options, {
    tensors: decoderTensors(options).map((tensor, i) => ({
      ...tensor,
      data: halves[i]?.data ?? tensor.data,
    })),
  });
  const [a, b] = [await saved(published), asGguf(tensors)];
  const view = new Float32Array(Uint32Array.from(a.flat()).buffer);
  const other = new Float32Array(Uint32Array.from(b.flat()).buffer);
  const dot = (x: Float32Array, y: Float32Array): number =>
    x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  assert.ok(dot(view, other) / Math.sqrt(dot(view, view) * dot(other, other)) > 1 - 1e-6);
  assert.notDeepEqual(a, b);
  // The first position sees itself alone: its one score is weighed 1, whatever the order.
  assert.deepEqual(a[0], b[0]);
});

describe('configurations', () => {
  const options: ModelOptions = { architecture: 'llama', type: 'F32' };
  const gguf = (metadata: ModelOptions['metadata'], divisors?: Float32Array): number[][] =>
    logits({
      ...readGguf(decoderFile({ ...options, metadata: metadata ?? {}, ...(divisors ? { divisors } : {}) })),
      order: 'halves',
    });

  test('a window', async () => {
    const config = { sliding_window: 3 };
    assert.deepEqual(
      await saved(decoderFiles(options, { modelType: 'mistral', config })),
      gguf({ 'llama.attention.sliding_window': 3 }),
    );
  });

  test('a window of qwen2 counts where it is used in all layers', async () => {
    const qwen: ModelOptions = { architecture: 'qwen2', type: 'F32', layers: 2 };
    const of = (config: object) => saved(decoderFiles(qwen, { config: { sliding_window: 3, ...config } }));
    const windowed = logits(
      readGguf(decoderFile({ ...qwen, metadata: { 'qwen2.attention.sliding_window': 3 } })),
    );
    const plain = logits(readGguf(decoderFile(qwen)));
    assert.notDeepEqual(windowed, plain);
    for (const config of [
      {},
      { use_sliding_window: false, max_window_layers: 0 },
      { use_sliding_window: true, max_window_layers: 2 },
      { use_sliding_window: true },
      { use_sliding_window: true, layer_types: ['full_attention', 'full_attention'] },
    ])
      assert.deepEqual(await of(config), plain, JSON.stringify(config));
    for (const config of [
      { use_sliding_window: true, max_window_layers: 0 },
      { use_sliding_window: true, layer_types: ['sliding_attention', 'sliding_attention'] },
    ])
      assert.deepEqual(await of(config), windowed, JSON.stringify(config));
    for (const config of [
      { use_sliding_window: true, max_window_layers: 1 },
      { use_sliding_window: false, layer_types: ['sliding_attention', 'sliding_attention'] },
      { use_sliding_window: true, layer_types: ['sliding_attention', 'full_attention'] },
      { layer_types: ['full_attention'] },
      { layer_types: ['full_attention', 'chunked_attention'] },
    ])
      await assert.rejects(of(config), { code: 'MODEL_ARCHITECTURE' }, JSON.stringify(config));
  });

  test('RoPE: another base, linear scaling, in the older form and the newer', async () => {
    const metadata = {
      'llama.rope.freq_base': { float: 5e5 },
      'llama.rope.scaling.type': 'linear',
      'llama.rope.scaling.factor': { float: 2 },
    };
    const linear = { rope_type: 'linear', factor: 2 };
    for (const config of [
      { rope_theta: 5e5, rope_scaling: linear },
      { rope_theta: 5e5, rope_scaling: { type: 'linear', factor: 2 } },
      { rope_theta: undefined, rope_parameters: { rope_theta: 5e5, ...linear } },
      { rope_theta: 5e5, rope_parameters: { rope_theta: 5e5, ...linear } },
    ])
      assert.deepEqual(
        await saved(decoderFiles(options, { config })),
        gguf(metadata),
        JSON.stringify(config),
      );
    const plain = { rope_theta: 5e5, rope_scaling: { rope_type: 'default' } };
    assert.deepEqual(
      await saved(decoderFiles(options, { config: plain })),
      gguf({ 'llama.rope.freq_base': { float: 5e5 } }),
    );
  });

  test('RoPE as Llama 3 scales it: short waves as they are, long ones by the factor, a mean between', async () => {
    const rope_scaling = {
      rope_type: 'llama3',
      factor: 8,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 512,
    };
    const files = decoderFiles(options, { config: { rope_scaling } });
    const model = await readSafetensors(filesOf(files));
    const divisors = new Float32Array(model.bytes('rope_freqs.weight').slice().buffer);
    // Waves of 2π times 1, 10, 100 and 1000 positions; bounds at 128 and 512.
    assert.deepEqual([...divisors], [1, 1, 8, 8]);
    assert.deepEqual(logits(model), gguf({}, divisors));
    const near = decoderFiles(options, {
      config: { rope_scaling: { ...rope_scaling, original_max_position_embeddings: 1024 } },
    });
    const between = new Float32Array(
      (await readSafetensors(filesOf(near))).bytes('rope_freqs.weight').slice().buffer,
    );
    const s = (1024 / (2 * Math.PI * 100) - 1) / 3;
    assert.ok(Math.abs((between[2] ?? 0) - 1 / ((1 - s) / 8 + s)) < 1e-6);
  });

  test('biases where the configuration says that they are', async () => {
    const withBiases = decoderTensors({ ...options, architecture: 'qwen2' });
    const config = { attention_bias: true };
    const output = {
      name: 'model.layers.0.self_attn.o_proj.bias',
      type: 'F32' as const,
      sizes: [32],
      data: new Uint8Array(128),
    };
    const gguf2 = logits(readGguf(decoderFile({ architecture: 'qwen2', type: 'F32' })));
    assert.deepEqual(await saved(decoderFiles(options, { config, tensors: [...withBiases, output] })), gguf2);
    await assert.rejects(saved(decoderFiles(options, { config, tensors: withBiases })), {
      code: 'MODEL_TENSOR',
      message: /attn_output\.bias.*absent/,
    });
    await assert.rejects(saved(decoderFiles(options, { tensors: withBiases })), {
      code: 'MODEL_ARCHITECTURE',
    });
  });

  test('what says nothing about the numbers is passed over', async () => {
    const extra = {
      name: 'lm_head.weight',
      type: 'F32' as const,
      sizes: [32, 48],
      data: new Uint8Array(32 * 48 * 4),
    };
    const inverse = {
      name: 'model.layers.0.self_attn.rotary_emb.inv_freq',
      type: 'F32' as const,
      sizes: [4],
      data: new Uint8Array(16),
    };
    const tied: ModelOptions = { ...options, tied: true };
    const tensors = [...decoderTensors(tied), extra, inverse];
    assert.deepEqual(await saved(decoderFiles(tied, { tensors })), await saved(decoderFiles(tied)));
    const positions = {
      name: 'embeddings.position_ids',
      type: 'I64' as unknown as 'F32',
      sizes: [16, 1],
      data: new Uint8Array(128),
    };
    const old = encoderTensors('F32').map((tensor) => ({
      ...tensor,
      name: `bert.${tensor.name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta')}`,
    }));
    const embed = async (files: Record<string, Uint8Array>) =>
      createEncoder(await readSafetensors(filesOf(files))).embed(TOKENS);
    assert.deepEqual(
      await embed(
        encoderFiles('F32', { tensors: [...old, positions], config: { architectures: ['BertForMaskedLM'] } }),
      ),
      await embed(encoderFiles('F32')),
    );
  });
});

describe('files', () => {
  const options: ModelOptions = { architecture: 'qwen2', type: 'F16', layers: 2 };

  test('in shards, and in a folder', async () => {
    const whole = decoderFiles(options);
    const shards = inShards(whole, decoderTensors(options), 3);
    assert.deepEqual(await saved(shards), await saved(whole));
    const below = Object.fromEntries(Object.entries(shards).map(([path, bytes]) => [`a/b/${path}`, bytes]));
    assert.deepEqual(logits(await readSafetensors(filesOf(below, 'a/b/config.json'))), await saved(whole));
  });

  test('no weight is read before it is asked for', async () => {
    const files = filesOf(decoderFiles(options));
    let read = 0;
    const model = await openSafetensors({
      ...files,
      async open(path) {
        const file = await files.open(path);
        return {
          ...file,
          async read(start, end) {
            if (path.endsWith('.safetensors')) read += end - start;
            return file.read(start, end);
          },
        };
      },
    });
    const weights = [...model.tensors.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    assert.ok(read < weights / 5, `${read} of ${weights} bytes`);
    assert.equal(
      weights,
      decoderParts(options).tensors.reduce((sum, { data }) => sum + data.length, 0),
    );
  });
});
