import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Build, type BuildFacts, buildFacts, hashingFacts } from '../../src/build.ts';
import {
  assemblyScript,
  binaryen,
  libraryFiles,
  type Module,
  type Options,
  type Program,
} from './assembly-script.ts';
import { expandEach } from './expand-each.ts';

const ASSEMBLY = resolve(import.meta.dirname, '../../assembly');
const HASHING = resolve(import.meta.dirname, '../../hashing');
const STUB_RUNTIME = 0;

export interface Compiled {
  readonly bytes: Uint8Array;
  /** Disassembled, for people. */
  text(): string;
}

/** Compiles the language model's kernels. @throws as `compileFolder` */
export const compileKernels = (build: Build, folder = ASSEMBLY): Compiled =>
  compileFolder(folder, buildFacts[build]);

/** Compiles SHA-256 of four messages. @throws as `compileFolder` */
export const compileHashing = (): Compiled => compileFolder(HASHING, hashingFacts);

/**
 * Compiles what `index.ts` of the folder exports. The compiler's library is driven directly because its command line
 * knows no 64-bit memory. The same sources and compiler give the same bytes.
 *
 * @throws Error with the compiler's diagnostics
 */
function compileFolder(folder: string, facts: BuildFacts): Compiled {
  const program = assemblyScript.newProgram(options(facts));
  for (const [name, text] of Object.entries(libraryFiles)) {
    if (!name.includes('/')) assemblyScript.parse(program, text, `~lib/${name}.ts`, false);
  }
  parseLibrary(program, 'rt/index-stub', true);
  parseOwn(program, folder, 'index', true);
  for (let path = assemblyScript.nextFile(program); path !== null; path = assemblyScript.nextFile(program)) {
    if (path.startsWith('~lib/')) parseLibrary(program, path.slice('~lib/'.length), false);
    else parseOwn(program, folder, path, false);
  }
  refuseErrors(program);
  assemblyScript.initializeProgram(program);
  const module = assemblyScript.compile(program);
  refuseErrors(program);
  setMemory(module, facts);
  if (!assemblyScript.validate(module)) throw new Error(`${facts.file} is no valid WebAssembly`);
  optimise(module);
  return { bytes: module.toBinary(null).output, text: () => module.toText() };
}

function options({ shared, memory64, maximumPages }: BuildFacts): Options {
  const made = assemblyScript.newOptions();
  assemblyScript.setTarget(made, memory64 ? assemblyScript.Target.Wasm64 : assemblyScript.Target.Wasm32);
  assemblyScript.setRuntime(made, STUB_RUNTIME);
  assemblyScript.setNoAssert(made, true);
  assemblyScript.setExportMemory(made, false);
  assemblyScript.setImportMemory(made, true);
  assemblyScript.setFeature(made, assemblyScript.FEATURE_SIMD, true);
  assemblyScript.setFeature(made, assemblyScript.FEATURE_RELAXED_SIMD, false);
  assemblyScript.setFeature(made, assemblyScript.FEATURE_MEMORY64, memory64);
  assemblyScript.setFeature(made, assemblyScript.FEATURE_THREADS, shared);
  if (shared) {
    assemblyScript.setSharedMemory(made, true);
    assemblyScript.setMaximumMemory(made, maximumPages);
  }
  assemblyScript.setOptimizeLevelHints(made, 3, 0);
  return made;
}

/**
 * Few passes, and none of AssemblyScript's own: that one may take x + 0 for x, which is another bit pattern where x is
 * negative zero. Nor any that moves instructions: kernels are written in the order in which a processor's registers
 * suffice, and hosts' compilers keep it.
 */
function optimise(module: Module): void {
  module.clearPassArguments();
  module.setOptimizeLevel(2);
  module.setShrinkLevel(0);
  module.setFastMath(false);
  module.runPasses(PASSES);
}

const PASSES = [
  'remove-unused-module-elements',
  'precompute',
  'dce',
  'remove-unused-brs',
  'remove-unused-names',
  'merge-blocks',
  'optimize-instructions',
  'coalesce-locals',
  'reorder-locals',
  'vacuum',
  'remove-unused-module-elements',
];

/** AssemblyScript declares every memory with 32-bit addresses, for whichever target. */
function setMemory(module: Module, { shared, memory64, maximumPages }: BuildFacts): void {
  if (!memory64) return;
  const name = module.allocStringCached('0');
  const maximum = shared ? maximumPages : -1;
  binaryen._BinaryenSetMemory(module.ref, 0, maximum, 0, 0, 0, 0, 0, 0, 0, shared, true, name);
  module.addMemoryImport('0', 'env', 'memory', shared);
}

function parseLibrary(program: Program, name: string, entry: boolean): void {
  const found = [name, `${name}/index`].find((each) => libraryFiles[each] !== undefined);
  if (found === undefined) throw new Error(`the compiler has no library file ${name}`);
  assemblyScript.parse(program, libraryFiles[found] as string, `~lib/${found}.ts`, entry);
}

function parseOwn(program: Program, folder: string, path: string, entry: boolean): void {
  const found = [`${path}.ts`, `${path}/index.ts`].find((each) => existsSync(join(folder, each)));
  if (found === undefined) throw new Error(`${folder} has no file ${path}`);
  assemblyScript.parse(program, expandEach(readFileSync(join(folder, found), 'utf8')), found, entry);
}

function refuseErrors(program: Program): void {
  const found: string[] = [];
  for (
    let next = assemblyScript.nextDiagnostic(program);
    next !== null;
    next = assemblyScript.nextDiagnostic(program)
  ) {
    found.push(assemblyScript.formatDiagnostic(next, false, true));
  }
  if (found.length > 0) throw new Error(found.join('\n'));
}
