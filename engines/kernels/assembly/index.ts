export { activationBytes, matmul, pack, packedBytes, quantise, scratchBytes, unpackRow } from './matmul';
export * from './ops';
