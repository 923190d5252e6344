import { load } from '../../compiler/load.ts';

/** The part of AssemblyScript's library that the build calls. */
export interface AssemblyScript {
  readonly Target: { readonly Wasm32: number; readonly Wasm64: number };
  readonly FEATURE_SIMD: number;
  readonly FEATURE_RELAXED_SIMD: number;
  readonly FEATURE_MEMORY64: number;
  readonly FEATURE_THREADS: number;
  newOptions(): Options;
  setTarget(options: Options, target: number): void;
  setRuntime(options: Options, runtime: number): void;
  setNoAssert(options: Options, on: boolean): void;
  setExportMemory(options: Options, on: boolean): void;
  setImportMemory(options: Options, on: boolean): void;
  setSharedMemory(options: Options, on: boolean): void;
  setMaximumMemory(options: Options, pages: number): void;
  setFeature(options: Options, feature: number, on: boolean): void;
  setOptimizeLevelHints(options: Options, optimise: number, shrink: number): void;
  newProgram(options: Options): Program;
  parse(program: Program, text: string, path: string, entry: boolean): void;
  /** A path that the program imports and that has not been parsed. */
  nextFile(program: Program): string | null;
  nextDiagnostic(program: Program): Diagnostic | null;
  formatDiagnostic(diagnostic: Diagnostic, colours: boolean, context: boolean): string;
  initializeProgram(program: Program): void;
  compile(program: Program): Module;
  validate(module: Module): boolean;
}

export type Options = { readonly brand: 'options' };
export type Program = { readonly brand: 'program' };
export type Diagnostic = { readonly brand: 'diagnostic' };

export interface Module {
  /** Address of Binaryen's module. */
  readonly ref: number;
  allocStringCached(text: string): number;
  addMemoryImport(name: string, module: string, base: string, shared: boolean): void;
  clearPassArguments(): void;
  setOptimizeLevel(level: number): void;
  setShrinkLevel(level: number): void;
  setFastMath(on: boolean): void;
  runPasses(names: readonly string[]): void;
  toBinary(sourceMapUrl: null): { readonly output: Uint8Array };
  toText(): string;
}

export interface Binaryen {
  _BinaryenSetMemory(
    module: number,
    initial: number,
    maximum: number,
    exportName: number,
    segmentNames: number,
    segmentDatas: number,
    segmentPassive: number,
    segmentOffsets: number,
    segmentSizes: number,
    segments: number,
    shared: boolean,
    memory64: boolean,
    name: number,
  ): void;
}

// Not by static imports: the declarations that come with the compiler add globals of its language to the whole workspace.
export const assemblyScript = (await load('assemblyscript')) as AssemblyScript;

/** The language's own library: text by path without ending. */
export const { libraryFiles } = (await load('assemblyscript/asc')) as {
  libraryFiles: Readonly<Record<string, string>>;
};

export const { default: binaryen } = (await load('assemblyscript/binaryen')) as { default: Binaryen };
