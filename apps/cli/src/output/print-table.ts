import { formatTable } from './table.ts';
import { bold, type Terminal } from './terminal.ts';

type Rows = readonly (readonly string[])[];

/** Prints rows in columns, below titles in bold where there are some. */
export function printTable(terminal: Terminal, rows: Rows, titles: readonly string[] = []): void {
  const header = titles.length > 0 ? [titles.map((title) => bold(terminal, title))] : [];
  for (const line of formatTable([...header, ...rows], terminal.width)) terminal.line(line);
}
