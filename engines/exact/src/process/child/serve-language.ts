import type { Manifest } from '@isobit/model';
import type { TextPiece } from '@isobit/receipt';
import { exactError } from '../../errors.ts';
import type { LanguageRuntime } from '../../llm/create-llm-exact.ts';
import { bytesInMemory, type ModelBytes } from '../../model-bytes.ts';
import type { LoadedModel, ModelSource, Runtime } from '../../runtime.ts';
import { type KnownAnswer, selfTest } from '../../self-test.ts';
import { ALIVE, type EngineReply, type EngineRequest, READY } from '../messages.ts';
import { type FilePlace, fileIn } from '../places.ts';
import { openChannel } from './channel.ts';
import { openPlace } from './open-place.ts';

/** Far below the silence after which a process counts as stuck. */
const ALIVE_MS = 1_000;

type Reply = Omit<Extract<EngineReply, { info?: unknown }>, 'id'>;

/**
 * Answers a node's requests with a runtime until the node hangs up, all of them at once: the body of a process whose
 * engine runs many sequences together.
 *
 * An exact engine passes its known-answer test first: a process that computes wrongly is never ready.
 *
 * @param memoryBytes resident memory above which the process ends itself
 * @param known as `selfTest`
 */
export async function serveLanguageModels(
  runtime: Runtime & Partial<Pick<LanguageRuntime, 'inspect'>>,
  memoryBytes: number,
  known?: KnownAnswer,
): Promise<void> {
  const models = new Map<string, LoadedModel>();
  const runs = new Map<number, AbortController>();

  function modelOf(key: string): LoadedModel {
    const model = models.get(key);
    if (!model) throw exactError('RUN_FAILED', 'the model is not loaded in this process');
    return model;
  }

  async function perform(
    request: EngineRequest,
    body: Uint8Array,
    signal: AbortSignal,
    tell: (piece: TextPiece) => void,
  ): Promise<Reply> {
    switch (request.op) {
      case 'open': {
        const model = await runtime.load(sourceOf(request, body), { signal });
        models.set(request.key, model);
        return { engine: model.engine ?? runtime.engine };
      }
      case 'unload': {
        const model = models.get(request.key);
        // First, since it may be loaded again before it is gone.
        models.delete(request.key);
        await model?.[Symbol.asyncDispose]();
        return {};
      }
      case 'look': {
        const { format, entry, places } = request;
        // Of a file that is not yet in a manifest there is nothing to verify.
        const paths = new Set(places.map(({ path }) => path));
        const open = (path: string): Promise<ModelBytes> => openPlace(places, path);
        if (!runtime.inspect) throw doesNot(request.op);
        return { info: await runtime.inspect({ format, entry, paths, open }) };
      }
      case 'execute': {
        const { key, trace, pieces } = request;
        return {
          execution: await modelOf(key).execute(request.request, {
            signal,
            trace,
            ...(pieces ? { onPiece: tell } : {}),
          }),
        };
      }
      case 'check': {
        const { key, trace, response } = request;
        return { checked: await modelOf(key).check?.(request.request, response, { signal, trace }) };
      }
      default:
        throw doesNot(request.op);
    }
  }

  async function answer(request: EngineRequest, body: Uint8Array): Promise<void> {
    const { id } = request;
    const stop = new AbortController();
    runs.set(id, stop);
    try {
      const reply = await perform(request, body, stop.signal, (event) => channel.send({ id, event }));
      channel.send({ ...reply, id });
    } catch (error) {
      channel.fail(id, error);
    } finally {
      runs.delete(id);
    }
  }

  const channel = openChannel({
    memoryBytes,
    onRequest(request, body) {
      if (request.op === 'cancel') runs.get(request.run)?.abort();
      else void answer(request, body);
    },
  });
  try {
    if (runtime.profile.exact) await selfTest(runtime, { ...(known ? { known } : {}) });
    channel.ready();
  } catch (error) {
    channel.fail(READY, error);
  }
  // What computes gives the event loop a turn after each pass, so this goes out unless a pass does not end.
  setInterval(() => {
    if (runs.size > 0) channel.send({ id: ALIVE, event: runs.size });
  }, ALIVE_MS).unref();
}

const doesNot = (op: string) => exactError('RUN_FAILED', `this process does not do "${op}"`);

interface Opening {
  readonly manifest: Manifest;
  readonly places?: readonly FilePlace[];
}

function sourceOf({ manifest, places }: Opening, body: Uint8Array): ModelSource {
  const open = (path: string): Promise<ModelBytes> =>
    places ? openPlace(places, path, manifest) : Promise.resolve(bytesInMemory(fileIn(body, manifest, path)));
  return {
    manifest,
    open,
    async read(path) {
      await using bytes = await open(path);
      return bytes.read(0, bytes.size);
    },
  };
}
