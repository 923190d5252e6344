import { createHttpSource, openBlobFolder, pullBlob } from '@isobit/store';
import { eachRound } from './rounds.ts';
import { unverified } from './unverified-store.ts';

/** Pulls into an empty folder each round, through one source as a node would. */
const [url = '', root = '', size = '0', mode = 'verified'] = process.argv.slice(2);
await using source = createHttpSource({ url, allowPrivate: true });

await eachRound(async (dir) => {
  const store = mode === 'verified' ? await openBlobFolder({ dir }) : unverified(dir);
  return () => pullBlob({ root, size: Number(size), sources: [source], store });
});
