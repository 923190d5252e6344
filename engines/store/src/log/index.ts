export { askWitness, type WitnessOutcome } from './ask-witness.ts';
export * from './errors.ts';
export * from './log.ts';
export * from './open-log.ts';
export * from './open-witness.ts';
export * from './read-folder.ts';
export { clearRefusal, type Refusal, STATE_FOLDER } from './refusal.ts';
export * from './witness-port.ts';
export * from './witnessing.ts';
