import { join } from 'node:path';
import type { Tool } from './tool.ts';

/*
 * TOML is edited by lines, so that comments and order stay: members of the root come before the first table, and two
 * of one name are an error. Lines that stand in the way become comments.
 */

const BEGIN = '# isobit launch: from here';
const END = '# isobit launch: to here';
const ASIDE = '# isobit launch kept: ';
const OURS = /^\s*(model|model_provider)\s*=/;
const TABLE = /^\s*\[/;

const text = (value: string): string => JSON.stringify(value);
const block = (...lines: readonly string[]): string[] => [BEGIN, ...lines, END];

/** Codex: a provider that speaks the Responses API, and that it is the one to use. */
export const codex: Tool = {
  name: 'codex',
  command: 'codex',
  settings: (env, home) => join(env['CODEX_HOME'] ?? join(home, '.codex'), 'config.toml'),
  apply(before, { baseUrl, model, key }) {
    const lines = (before === undefined ? '' : without(before)).split('\n');
    const tables = lines.findIndex((line) => TABLE.test(line));
    const root = tables < 0 ? lines.length : tables;
    const kept = lines.map((line, i) => (i < root && OURS.test(line) ? ASIDE + line : line));
    return [
      ...block(`model = ${text(model)}`, 'model_provider = "isobit"'),
      ...kept,
      ...block(
        '[model_providers.isobit]',
        'name = "Isobit"',
        `base_url = ${text(`${baseUrl}/v1`)}`,
        'wire_api = "responses"',
        `http_headers = { Authorization = ${text(`Bearer ${key}`)} }`,
      ),
      '',
    ].join('\n');
  },
  remove(now, before) {
    const left = without(now);
    return before === undefined && left.trim() === '' ? undefined : left;
  },
};

/** Without our blocks, and with what they stood in the place of. */
function without(settings: string): string {
  const lines: string[] = [];
  let isOurs = false;
  for (const line of settings.split('\n')) {
    if (line === BEGIN) isOurs = true;
    else if (line === END) isOurs = false;
    else if (!isOurs) lines.push(line.startsWith(ASIDE) ? line.slice(ASIDE.length) : line);
  }
  return lines.join('\n').replace(/\n+$/, '\n');
}
