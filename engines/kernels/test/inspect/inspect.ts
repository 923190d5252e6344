import { readInstruction } from './instructions.ts';
import { Reader } from './reader.ts';

const HEADER = 8;
const [CUSTOM, TYPE, IMPORT, FUNCTION, EXPORT, CODE] = [0, 1, 2, 3, 7, 10];
const MEMORY = 2;

/**
 * What a binary of the kernels may not have, in words; nothing for a clean one. Its only import is `env.memory`; it
 * keeps no data, no globals and no tables, so that the host alone decides where things lie.
 *
 * @throws Error when the bytes end early
 */
export function inspect(bytes: Uint8Array): string[] {
  const faults: string[] = [];
  const reader = new Reader(bytes);
  reader.skip(HEADER);
  while (!reader.done) {
    const id = reader.byte();
    const section = reader.part(reader.number());
    if (id === IMPORT) faults.push(...readImports(section));
    else if (id === CODE) faults.push(...readCode(section));
    else if (![CUSTOM, TYPE, FUNCTION, EXPORT].includes(id)) faults.push(`section ${id}`);
  }
  return faults;
}

function* readImports(section: Reader): Generator<string> {
  for (let left = section.number(); left > 0; left--) {
    const name = `${section.text()}.${section.text()}`;
    if (section.byte() !== MEMORY || name !== 'env.memory') {
      yield `import ${name}`;
      return; // What follows is of a kind that is not read here.
    }
    const flags = section.number();
    section.number();
    if ((flags & 1) === 1) section.number();
  }
}

function* readCode(section: Reader): Generator<string> {
  const count = section.number();
  for (let index = 0; index < count; index++) {
    const body = section.part(section.number());
    for (let groups = body.number(); groups > 0; groups--) {
      body.number();
      body.byte();
    }
    while (!body.done) {
      const refused = readInstruction(body);
      if (refused === undefined) continue;
      yield `instruction ${refused} in function ${index}`;
      break; // Its length is not known.
    }
  }
}
