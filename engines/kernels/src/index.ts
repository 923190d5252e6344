export { type Build, type BuildFacts, buildFacts, builds } from './build.ts';
export { compileKernels, createKernels, createMemory, type Kernels } from './create-kernels.ts';
export { digests } from './digests.ts';
export { type KernelsErrorCode, kernelsError } from './errors.ts';
export type { MatmulFunctions } from './matmul.ts';
export type { OpsFunctions } from './ops.ts';
export { floatTypeIds, weightTypeIds } from './weight-type.ts';
