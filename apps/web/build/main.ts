import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildPage } from './build-page.ts';

const [outDir = resolve(import.meta.dirname, '../dist')] = process.argv.slice(2);
const { html, sha256, files } = await buildPage({ outDir });
console.error(`${files[0]}: ${html.length} bytes, ${gzipSync(html).length} as gzip`);
console.log(sha256);
