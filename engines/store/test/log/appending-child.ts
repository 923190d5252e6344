import { writeSync } from 'node:fs';
import { toBase64, utf8 } from '@isobit/core';
import { openSome } from './some-log.ts';

/** Appends until it is killed, and tells of each append once it is resolved: `index entry checkpoint`, all base64. */
const [dir = '', run = ''] = process.argv.slice(2);
const log = await openSome(dir, { publishIntervalMs: 5, walBytes: 16 * 1024 });
writeSync(1, `open ${log.size} ${toBase64(log.head.note)}\n`);
let next = 0;
for (let worker = 0; worker < 8; worker++) {
  void (async () => {
    for (;;) {
      const entry = utf8(`run ${run} entry ${next++}`);
      for (const { index, head } of await log.append([entry])) {
        writeSync(1, `appended ${index} ${toBase64(entry)} ${toBase64(head.note)}\n`);
      }
    }
  })();
}
