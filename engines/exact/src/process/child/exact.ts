import './seal.ts';
import { readFile } from 'node:fs/promises';
import { createOnnxExact } from '../../onnx/create-onnx-exact.ts';
import { wasmPath } from '../engine-file.ts';
import { engineFileArgument, memoryArgument } from './arguments.ts';
import { serveRuntime } from './serve.ts';

const engineFile = engineFileArgument() ?? wasmPath();
serveRuntime(createOnnxExact({ wasm: () => readFile(engineFile) }), memoryArgument());
