import type { Engine } from '@isobit/exact';

/** The build as it stands in receipts; its bits differ between machines, so no digest would say more. */
export const nativeEngine: Engine = { name: 'onnxruntime-node', version: '1.30.0' };
