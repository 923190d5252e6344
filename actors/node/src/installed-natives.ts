import { exactError } from '@isobit/exact';
import { installNatives } from '@isobit/exact/process';

/**
 * The engines that are installed on demand.
 *
 * @throws CodedError `ENGINE_UNAVAILABLE` where they are not
 */
export async function installedNatives(): Promise<typeof import('@isobit/native')> {
  try {
    return await import('@isobit/native');
  } catch (error) {
    throw exactError(
      'ENGINE_UNAVAILABLE',
      `the engines of the profiles fast and llama-wasm-1 are not installed: ${installNatives}`,
      {},
      error,
    );
  }
}
