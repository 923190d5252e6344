import type { UpstreamChoice } from '@isobit/node/options';
import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import { readWhole } from '../files/read-file.ts';
import { listOption, textOption } from '../invocation.ts';

/** Where the key of the upstream may stand, since a command line is seen by every user of the machine. */
export const UPSTREAM_KEY = 'ISOBIT_UPSTREAM_KEY';
/** Bytes of a file that holds a key and nothing else. */
const KEY_BYTES = 8_192;

/** What the command line says of a server behind the node. @throws CodedError `USAGE`, `FILE` */
export async function readUpstream(invocation: Invocation): Promise<UpstreamChoice | undefined> {
  const url = textOption(invocation, 'upstream');
  const named = listOption(invocation, 'upstream-model');
  const embedding = listOption(invocation, 'upstream-embedding');
  const file = textOption(invocation, 'upstream-key');
  if (url === undefined) {
    if (named.length + embedding.length > 0 || file !== undefined)
      throw cliError(
        'USAGE',
        'the options --upstream-… say something of a server: name it with --upstream URL',
      );
    return undefined;
  }
  const key = await keyOf(file, invocation);
  const models = [...named.map(modelOf), ...embedding.map((name) => ({ name, embeds: true }))];
  return { url, models, ...(key === undefined ? {} : { key }) };
}

/** `NAME` or `NAME=REF`: a reference holds no `=`, a server's name might. */
function modelOf(text: string): UpstreamChoice['models'][number] {
  const at = text.lastIndexOf('=');
  const [name, ref] = at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
  if (name === '' || ref === '')
    throw cliError('USAGE', `--upstream-model takes NAME or NAME=REF, not "${text}"`);
  return { name, ...(ref === undefined ? {} : { ref }) };
}

async function keyOf(file: string | undefined, { env, signal }: Invocation): Promise<string | undefined> {
  if (file === undefined) return env[UPSTREAM_KEY] || undefined;
  const key = new TextDecoder().decode(await readWhole(file, KEY_BYTES, signal)).trim();
  if (key !== '') return key;
  throw cliError('FILE', `${file} holds no key`);
}
