import '@isobit/exact/process/seal';
import { memoryArgument, serveRuntime } from '@isobit/exact/process';
import { createOnnxNative } from './create-onnx-native.ts';

// Which models may come here was decided by the node, before it sent them.
serveRuntime(createOnnxNative({ allow: () => true }), memoryArgument());
