import type { Engine } from '@isobit/exact';

/** The build as it stands in receipts; its bits differ between machines, so no digest would say more. */
export const llamaEngine: Engine = { name: 'node-llama-cpp', version: '3.22.1' };
