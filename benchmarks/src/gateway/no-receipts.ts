import type { ReceiptCommitter } from '@isobit/node';
import type { ReceiptBody } from '@isobit/receipt';

type Committed = Awaited<ReturnType<ReturnType<ReceiptCommitter['expect']>['commit']>>;

/** Digests of request and response are still made; nothing is signed, logged, or brought to a disk. */
export const noReceipts = (committer: ReceiptCommitter): ReceiptCommitter => ({
  expect: () => ({
    commit: async (body: ReceiptBody) =>
      ({
        receipt: { ...body, isobit: 'receipt/1', signature: { value: '0'.repeat(130) } },
        log: undefined,
      }) as unknown as Committed,
    [Symbol.dispose]() {},
  }),
  [Symbol.asyncDispose]: () => committer[Symbol.asyncDispose](),
});
