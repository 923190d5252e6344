export { compileHashing } from './compile-hashing.ts';
export { createHashFour, type HashFour } from './create-hash-four.ts';
