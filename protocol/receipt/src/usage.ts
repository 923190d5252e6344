import type { Request } from './request.ts';
import type { Response } from './response.ts';

/** What a run took in and gave out; anyone who holds both documents computes the same numbers. */
export interface Usage {
  /** Bytes of the input tensors' data. */
  readonly inputBytes: number;
  /** Bytes of the output tensors' data; 0 without a response. */
  readonly outputBytes: number;
}

const decodedLength = (base64: string): number =>
  (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);

const bytes = (tensors: readonly { data: string }[]): number =>
  tensors.reduce((sum, t) => sum + decodedLength(t.data), 0);

/** Counts over documents whose tensors open (specs/request.md section 3); the data is not decoded again. */
export const usageOf = (request: Request, response?: Response): Usage => ({
  inputBytes: bytes(request.inputs),
  outputBytes: response ? bytes(response.outputs) : 0,
});
