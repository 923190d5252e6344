import type { Figure } from './figure.ts';
import { adviceFor, type Machine } from './machine.ts';

const HEAD = ['suite', 'figure', 'value', 'unit', 'peer', 'ratio', 'target', 'holds'] as const;

/** The machine, and what is absent from it. */
export function machineLines(machine: Machine): string[] {
  const { cpu, cores, memoryGB, system, node, versions } = machine;
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const absent = adviceFor(machine);
  return [
    `${cpu}, ${cores} cores, ${memoryGB} GB, ${system}, Node ${node}`,
    peers.join(', '),
    ...(absent.length > 0 ? [`not installed, so left out: ${absent.join('; ')}`] : []),
  ];
}

const holdsCell = ({ skipped, target, holds }: Figure): string => {
  if (skipped !== undefined) return 'skipped';
  if (target === 'reported' || target === 'none') return '';
  return holds ? 'yes' : 'NO';
};

/** Figures as rows of aligned columns; what was skipped gives its reason instead of a value. */
export function tableLines(figures: readonly Figure[]): string[] {
  const rows = figures.map((figure) => [
    figure.suite,
    figure.name,
    figure.skipped === undefined ? String(figure.value) : '-',
    figure.skipped === undefined ? figure.unit : '',
    figure.skipped ?? figure.peer,
    figure.ratio === undefined ? '' : String(figure.ratio),
    figure.target,
    holdsCell(figure),
  ]);
  const widths = HEAD.map((name, i) =>
    Math.max(name.length, ...rows.map((row) => (row[i] as string).length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] as number))
      .join('  ')
      .trimEnd();
  return [line(HEAD), ...rows.map(line)];
}
