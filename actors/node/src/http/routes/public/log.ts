import { encodeCanonical, limits } from '@isobit/core';
import type { Hono } from 'hono';
import { nodeError } from '../../../errors.ts';
import type { NodeParts } from '../../../parts.ts';
import { bytesAnswer } from '../../bytes-answer.ts';
import { readBytes } from '../../read-json.ts';

/** An add-checkpoint body: a note, and a consistency proof that is shorter than another. */
const WITNESS_BYTES = limits.noteBytes * 2;

/** The node's log as its public files, and its witness (specs/log.md). */
export function logRoutes(app: Hono, { log, binding, witness }: NodeParts): void {
  app.get('/log/key', () => bytesAnswer(encodeCanonical(binding), 'application/json'));
  app.get('/log/:path{.+}', async (c) => {
    const path = c.req.param('path');
    const bytes = await log.readPublic(path);
    if (!bytes)
      throw nodeError(
        'LOG_FILE_UNKNOWN',
        `the log has no file "${path.slice(0, 200)}" at its present size of ${log.size}`,
      );
    const isText = path.startsWith('checkpoint');
    return bytesAnswer(bytes, isText ? 'text/plain; charset=utf-8' : 'application/octet-stream');
  });

  const role = () => {
    if (witness) return witness;
    throw nodeError('ROLE_ABSENT', 'this node is no witness; ask one whose roles say so');
  };
  app.post('/witness/add-checkpoint', async (c) => {
    const { status, contentType, body } = await role().addCheckpoint(
      await readBytes(c.req.raw, WITNESS_BYTES),
    );
    return new Response(body as BodyInit, { status, headers: { 'content-type': contentType } });
  });
  app.get('/witness/:hash/checkpoint', (c) => {
    const found = role().latest(c.req.param('hash'));
    if (found) return bytesAnswer(found, 'text/plain; charset=utf-8');
    throw nodeError('LOG_FILE_UNKNOWN', 'this witness cosigned no checkpoint of a log with this origin');
  });
}
