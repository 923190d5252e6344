import { readFile } from 'node:fs/promises';
import { AnswerError, createClient } from '@isobit/client';
import { decodeInfer, requestFromInfer, requestTensors } from '@isobit/receipt';

/*
 * Asks a node what digit a picture shows, has a second worker run it too, and only then looks at the answer.
 * Start a network first: npm start. Then: node scripts/launch.mjs examples/ask.ts
 */

const client = createClient({ baseUrl: process.argv[2] ?? 'http://127.0.0.1:4620', check: 'peer' });
const model = await client.api.resolve('digits');
const body = decodeInfer(await readFile(new URL('../models/digits/examples/seven.json', import.meta.url)));
const inputs = requestTensors(
  requestFromInfer({ body, ...model, model: model.id, profile: 'onnx-exact-1', salt: new Uint8Array(32) }),
);

try {
  const { outputs, verdict } = await client.infer({ model, inputs });
  const scores = new Float32Array(outputs[0]?.data.slice().buffer ?? new ArrayBuffer());
  console.log(`It is a ${scores.indexOf(Math.max(...scores))}.`);
  for (const { claim, status, detail } of verdict.claims)
    console.log(`${claim.padEnd(10)} ${status.padEnd(10)} ${detail}`);
} catch (error) {
  // The answer of a worker that lies is never handed over; what was found out about it is.
  if (!(error instanceof AnswerError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
