import type { HashFour } from '@isobit/kernels/hashing';

/** A block whose leaf is asked for, in memory that both threads see. */
export interface Question {
  readonly id: number;
  readonly block: Uint8Array;
}

export interface Answer {
  readonly id: number;
  readonly leaf: Uint8Array;
}

/** What the thread is given to start with. */
export interface HashThreadData {
  /** What `compileHashing` gives; without it node:crypto hashes all. */
  readonly module: WebAssembly.Module | undefined;
  /** Bytes a millisecond of node:crypto that no hashing by fours is tried against. */
  readonly fast: number;
}

/**
 * The program of a thread that hashes. On a processor without instructions for SHA-256, what waits is hashed by fours in
 * WebAssembly, in two thirds of the time; fewer than three blocks are sooner done by node:crypto, one after the other.
 *
 * It is started from its text, and so may use nothing from around it.
 */
export function answerQuestions(createHashFour: (module: WebAssembly.Module) => HashFour): void {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { parentPort, receiveMessageOnPort, workerData } = process.getBuiltinModule('node:worker_threads');
  /** What a leaf's hash begins with (specs/block-tree.md). */
  const LEAF = Uint8Array.of(0);
  const FOUR = 4;
  const FEWEST = 3;
  /** Fours after which they are compared: V8 compiles a function twice, and well only once it has run for a while. */
  const WARM = 16;
  const waiting: Question[] = [];

  const hashOne = (block: Uint8Array): Uint8Array =>
    new Uint8Array(createHash('sha256').update(LEAF).update(block).digest());

  /** Bytes a millisecond. Of short tries the best counts: whoever shares the processor makes one slower, none faster. */
  const speedOf = (hash: (bytes: Uint8Array) => unknown): number => {
    const bytes = new Uint8Array(2 ** 18);
    let best = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 6; tries++) {
      const started = performance.now();
      hash(bytes);
      best = Math.min(best, performance.now() - started);
    }
    return bytes.length / best;
  };

  const { module, fast }: HashThreadData = workerData;
  let hashFour: HashFour | undefined;
  let fours = 0;
  try {
    if (module && speedOf(hashOne) < fast) hashFour = createHashFour(module);
  } catch {
    // A host may lack the address space that V8 sets aside for any memory.
  }

  const isWorthIt = (four: HashFour): boolean =>
    speedOf((bytes) => four(LEAF, new Array(FOUR).fill(bytes.subarray(0, bytes.length / FOUR)))) >
    speedOf(hashOne);

  /** The first that waits, with up to three more of its length where they are worth it. */
  const take = (): Question[] => {
    const [first] = waiting as [Question];
    const alike = waiting.filter(({ block }) => block.length === first.block.length).slice(0, FOUR);
    const taken = hashFour && alike.length >= FEWEST ? alike : [first];
    for (const each of taken) waiting.splice(waiting.indexOf(each), 1);
    return taken;
  };

  const leavesOf = (blocks: readonly Uint8Array[]): Uint8Array[] => {
    if (!hashFour || blocks.length === 1) return blocks.map(hashOne);
    if (++fours === WARM && !isWorthIt(hashFour)) hashFour = undefined;
    // Of three, the first is hashed twice.
    return hashFour ? hashFour(LEAF, [...blocks, ...blocks].slice(0, FOUR)) : blocks.map(hashOne);
  };

  parentPort?.on('message', (question: Question) => {
    waiting.push(question);
    while (waiting.length > 0) {
      for (let more = receiveMessageOnPort(parentPort); more; more = receiveMessageOnPort(parentPort))
        waiting.push(more.message);
      const taken = take();
      const leaves = leavesOf(taken.map(({ block }) => block));
      for (const [i, { id }] of taken.entries())
        parentPort.postMessage({ id, leaf: leaves[i] as Uint8Array } satisfies Answer);
    }
  });
}
