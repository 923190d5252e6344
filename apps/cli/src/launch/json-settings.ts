import { cliError } from '../errors.ts';
import type { Gateway, Tool } from './tool.ts';

type Json = Record<string, unknown>;
/** Names from the settings' root on. */
type Path = readonly string[];

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function read(text: string | undefined, tool: string): Json {
  if (text === undefined || text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw cliError(
      'FILE',
      `the settings of ${tool} are no plain JSON, and are left alone: ${(error as Error).message}`,
    );
  }
  if (isObject(value)) return value;
  throw cliError('FILE', `the settings of ${tool} are no JSON object, and are left alone`);
}

const at = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), root);

/** Sets a value, or removes it with the objects that only held it. */
function put(root: Json, [name, ...rest]: Path, value: unknown): void {
  if (name === undefined) return;
  if (rest.length === 0) {
    if (value === undefined) delete root[name];
    else root[name] = value;
    return;
  }
  const held = root[name];
  const inner: Json = isObject(held) ? held : {};
  put(inner, rest, value);
  if (Object.keys(inner).length > 0) root[name] = inner;
  else delete root[name];
}

const write = (root: Json): string => `${JSON.stringify(root, undefined, 2)}\n`;

/** A tool whose settings are JSON: some members are the gateway's, and all others stay. */
export function jsonTool(
  { name, command, settings }: Pick<Tool, 'name' | 'command' | 'settings'>,
  members: (gateway: Gateway) => readonly (readonly [Path, unknown])[],
): Tool {
  return {
    name,
    command,
    settings,
    apply(text, gateway) {
      const root = read(text, name);
      for (const [path, value] of members(gateway)) put(root, path, value);
      return write(root);
    },
    remove(text, before) {
      const root = read(text, name);
      const old = read(before, name);
      // Which members they are does not depend on where the gateway is.
      const paths = members({ baseUrl: '', model: '', key: '' }).map(([path]) => path);
      for (const path of paths) put(root, path, at(old, path));
      // Where no object was, or an empty one, that comes back too.
      for (const [first = ''] of paths)
        if (Object.hasOwn(old, first) && !Object.hasOwn(root, first)) root[first] = old[first];
      return before === undefined && Object.keys(root).length === 0 ? undefined : write(root);
    },
  };
}
