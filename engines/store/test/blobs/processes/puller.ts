import { createHttpSource, openBlobFolder, pullBlob } from '../../../src/index.ts';

/** Pulls a blob and tells its parent of the progress, the result, or the error's code. */
const [dir = '', root = '', size = '', ...urls] = process.argv.slice(2);
const store = await openBlobFolder({ dir });
const sources = urls.map((url) => createHttpSource({ url, allowPrivate: true }));
try {
  const onProgress = ({ bytes }: { bytes: number }): void => void process.send?.({ bytes });
  process.send?.({ result: await pullBlob({ root, size: Number(size), sources, store, onProgress }) });
} catch (error) {
  process.send?.({ error: (error as { code?: string }).code ?? String(error) });
}
for (const source of sources) await source[Symbol.asyncDispose]();
process.disconnect();
