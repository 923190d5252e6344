export { createIsobit, type IsobitOptions, type IsobitProvider } from './create-isobit.ts';
