import { randomBytes } from 'node:crypto';
import type { Answer } from '@isobit/client';
import { toHex } from '@isobit/core';
import { createRequest, type Job, jobKind, networkId, onnxExact, openGenesis } from '@isobit/receipt';
import { codeOf } from '../raw-http.ts';
import { image, type Scene } from '../scene.ts';

export interface PostAnswer {
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
}

/** Asks the scene's first node in ways that no client of ours would. */
export interface Asking {
  /** Whatever was thrown at the node, the next question is answered and its answer holds. */
  goesOn(shift?: number): Promise<Answer>;
  post(path: string, body: string, headers?: Record<string, string>): Promise<PostAnswer>;
  /** An inference with members of the body, and of its input, that are not as they should be. */
  infer(body: Record<string, unknown>, input?: Record<string, unknown>): Promise<PostAnswer>;
  /** A job as no encoder of ours would make it. */
  jobWith(changes: Record<string, unknown>): string;
}

export function createAsking({ client, model, first: { http } }: Scene): Asking {
  const post: Asking['post'] = async (path, body, headers = {}) => {
    const answer = await fetch(`${http}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const text = await answer.text();
    return { status: answer.status, code: codeOf(text), text };
  };
  const job = (): Job => ({
    isobit: 'job/1',
    request: createRequest({
      model,
      profile: onnxExact.name,
      salt: randomBytes(32),
      inputs: [image()],
    }),
    nonce: toHex(randomBytes(32)),
    trace: false,
    network: networkId(openGenesis),
    deadlineMs: 30_000,
    witnesses: 0,
  });
  return {
    goesOn: (shift = 0) => client.infer({ model, inputs: [image(shift)], check: 'replay' }),
    post,
    infer(body, input = {}) {
      const data = Array.from({ length: 784 }, () => 0);
      const inputs = [{ name: 'image', datatype: 'FP32', shape: [1, 1, 28, 28], data, ...input }];
      return post(`/v2/models/${model}/infer`, JSON.stringify({ inputs, ...body }));
    },
    jobWith: (changes) =>
      JSON.stringify({
        ...(JSON.parse(Buffer.from(jobKind.encode(job())).toString()) as object),
        ...changes,
      }),
  };
}
