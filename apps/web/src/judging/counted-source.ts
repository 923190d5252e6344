import type { NodeApi } from '@isobit/client';
import type { Phase, Progress } from './task.ts';

/** What serves bytes by digest: a node, or files that the visitor chose. */
export type Source = Pick<NodeApi, 'baseUrl' | 'request'>;

/**
 * A source that reports the bytes of each body as they pass. Those of the model add up over requests.
 *
 * @param modelSize bytes of the model's files
 */
export function countedSource(
  source: Source,
  onProgress: (progress: Progress) => void,
  modelSize?: number,
): Source {
  let modelBytes = 0;
  return {
    baseUrl: source.baseUrl,
    async request(path, init) {
      const phase = phaseOf(path);
      if (phase)
        onProgress({
          phase,
          bytes: phase === 'model' ? modelBytes : 0,
          ...(modelSize ? { size: modelSize } : {}),
        });
      const response = await source.request(path, init);
      if (!phase || !response.body) return response;
      let bytes = 0;
      const size =
        phase === 'model' ? modelSize : Number(response.headers.get('content-length')) || undefined;
      const counter = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, out) {
          bytes += chunk.length;
          modelBytes += phase === 'model' ? chunk.length : 0;
          onProgress({ phase, bytes: phase === 'model' ? modelBytes : bytes, ...(size ? { size } : {}) });
          out.enqueue(chunk);
        },
      });
      return new Response(response.body.pipeThrough(counter), {
        status: response.status,
        headers: response.headers,
      });
    },
  };
}

function phaseOf(path: string): Phase | undefined {
  if (path.startsWith('/engines/')) return 'engine';
  if (path.startsWith('/evidence/')) return 'evidence';
  return path.startsWith('/blobs/') && !path.endsWith('/leaves') ? 'model' : undefined;
}
