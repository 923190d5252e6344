/** Bytes of resident memory that this process may use: its first argument. */
export const memoryArgument = (): number => Number(process.argv[2]);

/** File of the engine's binary, where it is not the installed one: its second argument. */
export const engineFileArgument = (): string | undefined => process.argv[3];

/** Bytes that language models may take together: the second argument of their process. */
export const modelBytesArgument = (): number => Number(process.argv[3]);

/** Threads that compute for language models: the third argument of their process. */
export const threadsArgument = (): number => Number(process.argv[4]);

/** File of the kernels' binary, where it is not an installed one: the fourth argument of their process. */
export const kernelsFileArgument = (): string | undefined => process.argv[5];
