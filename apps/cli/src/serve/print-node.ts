import type { Node, NodeLog, NodeOptions } from '@isobit/node';
import { printTable } from '../output/print-table.ts';
import { bold, dim, red, type Terminal, yellow } from '../output/terminal.ts';

/** How to reach a node that has started. */
export function printReady(terminal: Terminal, running: Node, { dataDir, roles }: NodeOptions): void {
  const { address, httpUrl } = running;
  const [first, ...more] = running.addresses();
  const rows = [
    ['node', address],
    ['roles', roles.join(', ')],
    ['join address', first ?? 'none: it listens nowhere'],
    ...more.map((each) => ['', each]),
    ['http', httpUrl ?? 'off'],
    ...(httpUrl ? [['page', `${httpUrl}/`]] : []),
    ['data', dataDir],
  ];
  printTable(
    terminal,
    rows.map(([name = '', value = '']) => [bold(terminal, name), value]),
  );
  terminal.line();
  if (first) terminal.line(`Another node joins with: isobit node --join ${first}`);
  terminal.line(dim(terminal, 'Ctrl-C stops it.'));
}

/** One line for each notable event: time, message, its fields. */
export const textReport =
  (terminal: Terminal, debug: boolean): NodeLog =>
  (level, message, fields = {}) => {
    if (level === 'debug' && !debug) return;
    const paint =
      level === 'error' ? red : level === 'warn' ? yellow : (_: Terminal, text: string): string => text;
    const facts = Object.entries(fields).map(
      ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    terminal.line(
      `${dim(terminal, new Date().toISOString().slice(11, 19))} ${paint(terminal, message)}${facts.join('')}`,
    );
  };

/** The same for programs. */
export const jsonReport =
  (terminal: Terminal): NodeLog =>
  (level, message, fields = {}) => {
    if (level !== 'debug')
      terminal.line(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }));
  };
