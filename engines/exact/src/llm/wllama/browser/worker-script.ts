/*
 * Two workers, as text, since wllama's own script stands in the middle of each and a page may neither evaluate nor import
 * one that it fetched. The host holds wllama's class and answers calls of it; llama.cpp runs in the thread, which wllama
 * starts itself. Neither has a network: the binary is handed on from outside.
 */

/** Doors to a network that a worker has, but for `fetch`. */
const DOORS = [
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'EventSource',
  'WebTransport',
  'importScripts',
  'caches',
];

const CLOSE = `for (const name of ${JSON.stringify(DOORS)})
  if (name in self) Object.defineProperty(self, name, { value: undefined });`;

/** Before the script of a thread. Its first message is the binary; wllama hears of the others only. */
const THREAD = `{
  ${CLOSE}
  const binary = new Promise((resolve) =>
    addEventListener('message', (event) => { event.stopImmediatePropagation(); resolve(event.data); }, { once: true }));
  self.fetch = async () => new Response(await binary, { headers: { 'content-type': 'application/wasm' } });
}
`;

const HOST = `
  ${CLOSE}
  self.fetch = undefined;
  // wllama was written for pages, and resolves its binary's address from that of one. What it names is not fetched.
  self.document = { baseURI: 'https://wllama.invalid/' };
  const address = URL.createObjectURL;
  URL.createObjectURL = (script) => address.call(URL, new Blob([${JSON.stringify(THREAD)}, script]));
  // As objects, the probabilities of a large vocabulary would take longer to hand over than to compute.
  const packed = (pairs) => [Int32Array.from(pairs, ({ token }) => token), Float32Array.from(pairs, ({ p }) => p)];
  const silent = { debug() {}, log() {}, warn() {}, error() {} };
  onmessage = ({ data: binary }) => {
    self.Worker = class extends Worker {
      constructor(url) {
        super(url);
        this.addEventListener('error', ({ message }) => postMessage({ broken: message || 'its thread did not start' }));
        this.postMessage(binary);
      }
    };
    const wllama = new Wllama({ 'single-thread/wllama.wasm': 'wllama.wasm' }, { logger: silent });
    onmessage = async ({ data: { id, method, given } }) => {
      try {
        const result = await wllama[method](...given);
        postMessage({ id, result: method === 'getLogits' ? packed(result) : result });
      } catch (error) {
        postMessage({ id, failed: String(error?.message ?? error) });
      }
    };
  };
`;

/** @param script wllama's, as CommonJS */
export const workerScript = (script: Uint8Array): Blob =>
  new Blob(
    [
      '{ const { Wllama } = ((module) => {',
      script as BlobPart,
      '\nreturn module.exports; })({ exports: {} });',
      HOST,
      '}',
    ],
    { type: 'text/javascript' },
  );
