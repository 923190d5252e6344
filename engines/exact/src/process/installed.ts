/** Whether npm installed this package for somebody; else it is a clone's. What mends an install differs. */
export const isInstalled: boolean = /[\\/]node_modules[\\/]/.test(import.meta.url);

/** What to type for the engines of the profiles `fast` and `llama-wasm-1`. */
export const installNatives: string = isInstalled
  ? 'npm install @isobit/native, beside isobit'
  : 'npm run setup:native';
