import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { concatBytes, isCoded, utf8 } from '@isobit/core';
import { type Datatype, datatypeSizes, datatypes } from '@isobit/model';
import { createRequest, joinStrings, responseDigest, type Tensor } from '@isobit/receipt';
import { type Need, need } from '@isobit/testing';
import type { TensorModel, TensorRuntime } from '../src/index.ts';
import { fp32, int64, models, numbers, ramp } from './models.ts';
import { hostileSource, sourceOf } from './source.ts';

const code = (expected: string) => (error: unknown) => isCoded(error, expected);

/** Four elements of each datatype, extremes among them; NaN is the canonical one. */
function extremes(datatype: Datatype): Uint8Array {
  if (datatype === 'BYTES') return joinStrings(['', 'größe', 'line\nbreak', '🙂'].map(utf8));
  if (datatype === 'BOOL') return Uint8Array.of(0, 1, 1, 0);
  const size = datatypeSizes[datatype];
  const low = new Uint8Array(size);
  const quiet = { FP16: [0x00, 0x7e], FP32: [0, 0, 0xc0, 0x7f], FP64: [0, 0, 0, 0, 0, 0, 0xf8, 0x7f] };
  const high = Uint8Array.from(
    datatype in quiet ? quiet[datatype as keyof typeof quiet] : new Array(size).fill(255),
  );
  const smallest = Uint8Array.from({ length: size }, (_, i) => (i === 0 ? 1 : 0));
  const top = Uint8Array.from({ length: size }, (_, i) => (i === size - 1 ? 0x80 : 0));
  return concatBytes(low, high, smallest, top);
}

/** What every adapter of the port `Runtime` does. Each adapter's test calls this once. */
export function runtimeSuite(
  name: string,
  needs: readonly Need[],
  create: () => TensorRuntime | Promise<TensorRuntime>,
): void {
  describe(`runtime: ${name}`, need(...needs), () => {
    let shared: TensorRuntime;
    before(async () => {
      shared = await create();
    });
    after(() => shared[Symbol.asyncDispose]());
    const using = (work: (runtime: TensorRuntime) => Promise<void>) => work(shared);
    const withModel = (
      bytes: Uint8Array,
      work: (model: TensorModel, runtime: TensorRuntime) => Promise<void>,
    ) =>
      using(async (runtime) => {
        await using model = await runtime.load(sourceOf(bytes));
        await work(model, runtime);
      });

    test('every datatype comes back as it went in', () =>
      using(async (runtime) => {
        for (const datatype of datatypes) {
          await using model = await runtime.load(sourceOf(models.identity(datatype)));
          const x: Tensor = { name: 'x', datatype, shape: [2, 2], data: extremes(datatype) };
          const { outputs } = await model.run([x]);
          assert.deepEqual(outputs, [{ ...x, name: 'y' }], datatype);
        }
      }));

    test('bytes that lie at an odd address are taken', () =>
      withModel(models.identity('FP64'), async (model) => {
        const data = concatBytes(Uint8Array.of(9), extremes('FP64')).subarray(1);
        const { outputs } = await model.run([{ name: 'x', datatype: 'FP64', shape: [2, 2], data }]);
        assert.deepEqual(outputs[0]?.data, extremes('FP64'));
      }));

    test('a dimension of any size may differ from run to run, and may be 0', () =>
      withModel(models.twoAndTwo(), async (model) => {
        for (const n of [1, 5, 0, 2]) {
          const { outputs } = await model.run([
            fp32('a', [n, 3], ramp(n * 3)),
            fp32('b', [n, 3], ramp(n * 3)),
          ]);
          assert.deepEqual(outputs[0]?.shape, [n, 3]);
          assert.deepEqual(
            numbers(outputs[0]),
            ramp(n * 3).map((x) => Math.fround(Math.fround(x) * 2)),
          );
        }
      }));

    test('an empty tensor of strings', () =>
      withModel(models.identity('BYTES'), async (model) => {
        const { outputs } = await model.run([
          { name: 'x', datatype: 'BYTES', shape: [0, 2], data: new Uint8Array(0) },
        ]);
        assert.deepEqual(outputs, [{ name: 'y', datatype: 'BYTES', shape: [0, 2], data: new Uint8Array(0) }]);
      }));

    test('a scalar', () =>
      withModel(models.scalar(), async (model) => {
        const { outputs } = await model.run([fp32('x', [], [1.5])]);
        assert.deepEqual(outputs, [fp32('y', [], [-1.5])]);
      }));

    test('inputs may come in any order, outputs come in the order asked for', () =>
      withModel(models.twoAndTwo(), async (model) => {
        const a = fp32('a', [1, 3], [1, 2, 3]);
        const b = fp32('b', [1, 3], [4, 5, 6]);
        const all = await model.run([b, a]);
        assert.deepEqual(all.outputs, [fp32('sum', [1, 3], [5, 7, 9]), fp32('product', [1, 3], [4, 10, 18])]);
        assert.deepEqual(
          (await model.run([a, b], { outputs: ['product', 'sum'] })).outputs,
          all.outputs.toReversed(),
        );
        assert.deepEqual((await model.run([a, b], { outputs: ['product'] })).outputs, all.outputs.slice(1));
      }));

    test("the signature is the manifest's", () =>
      withModel(models.network(), async (model) => {
        assert.deepEqual(model.inputs, [{ name: 'image', datatype: 'FP32', shape: [-1, 1, 8, 8] }]);
        assert.deepEqual(model.outputs, [{ name: 'classes', datatype: 'FP32', shape: [-1, 4] }]);
      }));

    test('a request that does not fit is refused, each fault with its code', () =>
      withModel(models.twoAndTwo(), async (model) => {
        const a = fp32('a', [1, 3], [1, 2, 3]);
        const b = fp32('b', [1, 3], [1, 2, 3]);
        const refused: [string, Tensor[], string[]?][] = [
          ['INPUT_UNKNOWN', [a, b, fp32('c', [1, 3], [1, 2, 3])]],
          ['INPUT_MISSING', [a]],
          ['INPUT_MISSING', [a, b, b]],
          ['INPUT_DATATYPE', [a, { ...b, datatype: 'INT32' }]],
          ['INPUT_RANK', [a, fp32('b', [3], [1, 2, 3])]],
          ['INPUT_SIZE', [a, fp32('b', [1, 2], [1, 2])]],
          ['TENSOR_INVALID', [a, { ...b, data: b.data.subarray(4) }]],
          ['OUTPUT_UNKNOWN', [a, b], ['difference']],
          ['OUTPUT_UNKNOWN', [a, b], ['sum', 'sum']],
          ['RUN_FAILED', [a, fp32('b', [2, 3], ramp(6)), fp32('a', [3, 3], ramp(9))].slice(1)],
        ];
        for (const [expected, inputs, outputs] of refused) {
          await assert.rejects(model.run(inputs, outputs ? { outputs } : {}), code(expected), expected);
        }
        assert.equal((await model.run([a, b])).outputs.length, 2, 'and the next request is answered');
      }));

    test('a string that the engine would cut is refused', () =>
      withModel(models.identity('BYTES'), async (model) => {
        for (const bad of [utf8('a\0b'), Uint8Array.of(0xff)]) {
          const data = joinStrings([bad, utf8('x')]);
          await assert.rejects(
            model.run([{ name: 'x', datatype: 'BYTES', shape: [1, 2], data }]),
            code('INPUT_STRING'),
          );
        }
      }));

    test('what is no model is refused and the next model loads', () =>
      using(async (runtime) => {
        const whole = models.network();
        await assert.rejects(runtime.load(hostileSource(new Uint8Array(0))), code('MODEL_MALFORMED'));
        await assert.rejects(
          runtime.load(hostileSource(utf8('<html>not found</html>'))),
          code('MODEL_MALFORMED'),
        );
        await assert.rejects(
          runtime.load(hostileSource(whole.subarray(0, whole.length - 20))),
          code('MODEL_MALFORMED'),
        );
        await using model = await runtime.load(sourceOf(whole));
        assert.equal((await model.run([fp32('image', [1, 1, 8, 8], ramp(64))])).outputs.length, 1);
      }));

    test('a manifest that states something else than the file is refused', () =>
      using(async (runtime) => {
        const inputs = [{ name: 'x', datatype: 'FP32' as const, shape: [-1] }];
        await assert.rejects(runtime.load(sourceOf(models.scalar(), { inputs })), code('MODEL_SIGNATURE'));
      }));

    test('an aborted load or run says so', () =>
      using(async (runtime) => {
        const signal = AbortSignal.abort(new Error('gone home'));
        await assert.rejects(runtime.load(sourceOf(models.scalar()), { signal }), code('RUN_ABORTED'));
        await using model = await runtime.load(sourceOf(models.scalar()));
        await assert.rejects(model.run([fp32('x', [], [1])], { signal }), code('RUN_ABORTED'));
        const controller = new AbortController();
        const first = model.run([fp32('x', [], [1])]);
        const second = model.run([fp32('x', [], [2])], { signal: controller.signal });
        controller.abort();
        await assert.rejects(second, code('RUN_ABORTED'));
        assert.deepEqual((await first).outputs, [fp32('y', [], [-1])]);
      }));

    test('runs that start together give each its own answer', () =>
      withModel(models.twoAndTwo(), async (model) => {
        const runs = Array.from({ length: 20 }, (_, i) =>
          model.run([fp32('a', [1, 3], [i, i, i]), fp32('b', [1, 3], [1, 1, 1])]),
        );
        const answers = await Promise.all(runs);
        assert.deepEqual(
          answers.map(({ outputs }) => numbers(outputs[0])[0]),
          Array.from({ length: 20 }, (_, i) => i + 1),
        );
      }));

    test('two models do not disturb each other, nor does the end of one', () =>
      using(async (runtime) => {
        const one = await runtime.load(sourceOf(models.scalar()));
        await using other = await runtime.load(sourceOf(models.twoAndTwo()));
        assert.deepEqual((await one.run([fp32('x', [], [3])])).outputs, [fp32('y', [], [-3])]);
        await one[Symbol.asyncDispose]();
        await one[Symbol.asyncDispose]();
        await assert.rejects(one.run([fp32('x', [], [3])]), code('RUNTIME_DISPOSED'));
        assert.equal(
          (await other.run([fp32('a', [1, 3], [1, 2, 3]), fp32('b', [1, 3], [1, 2, 3])])).outputs.length,
          2,
        );
      }));

    test('a disposed runtime loads nothing', async () => {
      const runtime = await create();
      await runtime[Symbol.asyncDispose]();
      await assert.rejects(runtime.load(sourceOf(models.scalar())), code('RUNTIME_DISPOSED'));
    });

    test('a request becomes a response with usage', () =>
      withModel(models.network(), async (model, runtime) => {
        const request = createRequest({
          model: 'bagaaierasords4njcts6vs7qvdjfcvgnume4hqohf65zsfguprqphs3icwea',
          profile: runtime.profile.name,
          salt: new Uint8Array(32),
          inputs: [fp32('image', [1, 1, 8, 8], ramp(64))],
        });
        const { response, usage, trace } = await model.execute(request);
        assert.deepEqual(usage, { inputBytes: 256, outputBytes: 16 });
        assert.equal(trace, undefined);
        assert.deepEqual(
          response.outputs.map(({ name, shape }) => [name, shape]),
          [['classes', [1, 4]]],
        );
        const again = await model.execute(request);
        assert.equal(
          responseDigest(again.response, new Uint8Array(32)),
          responseDigest(response, new Uint8Array(32)),
        );
      }));

    test('a trace is kept where the profile is exact, and refused where it is not', () =>
      withModel(models.network(), async (model, runtime) => {
        const image = fp32('image', [2, 1, 8, 8], ramp(128));
        const traced = model.run([image], { trace: { salt: new Uint8Array(32) } });
        if (!runtime.profile.exact) return assert.rejects(traced, code('TRACE_UNAVAILABLE'));
        const { outputs, trace } = await traced;
        assert.deepEqual(outputs, (await model.run([image])).outputs);
        assert.deepEqual(
          trace?.steps.map((step) => step.node),
          ['first', '#1:Relu', 'flatten', '#3:MatMul', '#4:Softmax'],
        );
        return undefined;
      }));

    test('int64 values beyond 2^53 keep their bits', () =>
      withModel(models.identity('INT64'), async (model) => {
        const x = int64('x', [1, 2], [-(2n ** 63n), 2n ** 63n - 1n]);
        assert.deepEqual((await model.run([x])).outputs, [{ ...x, name: 'y' }]);
      }));
  });
}
