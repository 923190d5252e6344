import type { Decorators } from '@isobit/node';
import { badBlocks, slowBlocks } from './blocks.ts';
import { lyingRuntime } from './lie.ts';
import { oldReceipt } from './old-receipt.ts';
import { otherModelRuntime } from './other-model.ts';
import { silent } from './silent.ts';
import { twoFaces } from './two-faces.ts';

/** What may be wrong with a node of a development network, as a spawned process is told it. */
export type Fault =
  | { readonly kind: 'lie' }
  | { readonly kind: 'other-model'; readonly path: string }
  | { readonly kind: 'old-receipt' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'two-faces'; readonly dir: string }
  | { readonly kind: 'bad-blocks' }
  | { readonly kind: 'slow-blocks'; readonly delayMs: number };

/** The decorators of a node's ports that make the fault; the node itself knows nothing of faults. */
export function decoratorsOf(fault: Fault | undefined): Decorators {
  switch (fault?.kind) {
    case undefined:
      return {};
    case 'lie':
      return { runtime: lyingRuntime };
    case 'other-model':
      return { runtime: otherModelRuntime(fault.path) };
    case 'old-receipt':
      return { jobs: oldReceipt };
    case 'silent':
      return { jobs: silent };
    case 'two-faces':
      return { receiptLog: twoFaces(fault.dir) };
    case 'bad-blocks':
      return { servedBlobs: badBlocks };
    case 'slow-blocks':
      return { servedBlobs: slowBlocks(fault.delayMs) };
  }
}
