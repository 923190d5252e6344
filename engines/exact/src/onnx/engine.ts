import { sha256, toHex } from '@isobit/core';
import { onnxExact } from '@isobit/receipt';
import * as ort from 'onnxruntime-web/wasm';
import { exactError } from '../errors.ts';
import type { Engine } from '../runtime.ts';

/** The bytes of `ort-wasm-simd-threaded.wasm`, or how to get them. */
export type WasmSource = Uint8Array | (() => Promise<Uint8Array>);

const {
  engine,
  version,
  wasm: WASM_DIGEST,
} = onnxExact.rules as { engine: string; version: string; wasm: string };

/** The build as it stands in receipts. */
export const exactEngine: Engine = { name: engine, version, digest: WASM_DIGEST };

/** 64 hex characters: the digest under which hosts serve the engine and clients fetch it. */
export const engineDigest: string = WASM_DIGEST;

/** onnxruntime-web keeps one engine in a JavaScript realm, so its state is this module's. */
let started: Promise<void> | undefined;

/**
 * Starts the pinned engine once in this process or tab.
 *
 * @throws CodedError `ENGINE_DIGEST` when the bytes are not the profile's, `ENGINE_UNAVAILABLE`
 */
export async function startEngine(source: WasmSource): Promise<void> {
  const attempt = started ?? start(source);
  started = attempt;
  try {
    await attempt;
  } catch (error) {
    // Bytes that were refused have not touched the engine: the next caller may bring the right ones.
    if (started === attempt) started = undefined;
    throw error;
  }
}

async function start(source: WasmSource): Promise<void> {
  const bytes = typeof source === 'function' ? await source() : source;
  const digest = toHex(sha256(bytes));
  if (digest !== WASM_DIGEST) {
    throw exactError(
      'ENGINE_DIGEST',
      `the engine's binary has sha-256 ${digest}, the profile ${onnxExact.name} names ${WASM_DIGEST}: install onnxruntime-web ${version}`,
    );
  }
  if (ort.env.versions.web !== version) {
    throw exactError(
      'ENGINE_UNAVAILABLE',
      `onnxruntime-web is ${ort.env.versions.web}, the profile ${onnxExact.name} names ${version}: install that`,
    );
  }
  ort.env.wasm.wasmBinary = bytes;
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  ort.env.logLevel = 'fatal';
  try {
    // The first session starts the engine; its file is garbage on purpose, so nothing is left behind.
    await ort.InferenceSession.create(new Uint8Array(1), sessionOptions);
  } catch (error) {
    if (String(error).includes('ERROR_CODE')) return;
    throw exactError('ENGINE_UNAVAILABLE', `onnxruntime-web did not start: ${String(error)}`, {}, error);
  }
}

/** Options that fix the bits (specs/profile-onnx-exact-1.md section 2). */
export const sessionOptions: ort.InferenceSession.SessionOptions = {
  executionProviders: ['wasm'],
  graphOptimizationLevel: 'disabled',
  executionMode: 'sequential',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
};
