import { listRunning } from '@isobit/node/running';
import type { Invocation } from '../command.ts';
import { type ExitCode, exit } from '../exit.ts';
import { flag } from '../invocation.ts';
import { findNode } from '../nodes/find-node.ts';
import { counted } from '../output/bytes.ts';
import { printTable } from '../output/print-table.ts';
import { green, red, type Terminal, yellow } from '../output/terminal.ts';
import type { Finding } from './check.ts';
import { checkEngine, checkNatives } from './engines.ts';
import { checkClock, checkHome, checkKeys, checkMemory, checkNode, checkPort } from './machine.ts';
import { checkFoundNode } from './nodes.ts';

const MARK = { ok: '✓', hint: '·', problem: '✗' } as const;
const PAINT = { ok: green, hint: yellow, problem: red } as const;

/** Looks at everything that a first run needs, and prints it with its fixes. */
export async function examine(invocation: Invocation): Promise<ExitCode> {
  const { terminal, signal, home } = invocation;
  const writable = await checkHome(home);
  const running = await listRunning(home);
  const findings: Finding[] = [
    checkNode(),
    ...writable,
    ...(await checkKeys(home, running)),
    await checkPort(running),
    checkMemory(),
    checkClock(),
    ...(writable.every(({ status }) => status === 'ok')
      ? [...(await checkEngine(home, signal)), ...(await checkNatives(home, signal))]
      : []),
    ...(await checkFoundNode(await findNode(invocation), signal)),
  ];
  const problems = findings.filter(({ status }) => status === 'problem').length;
  if (flag(invocation, 'json')) terminal.json({ ok: problems === 0, findings });
  else print(terminal, findings, problems);
  return problems === 0 ? exit.holds : exit.unknown;
}

function print(terminal: Terminal, findings: readonly Finding[], problems: number): void {
  const rows = findings.flatMap(({ name, status, detail, fix }) => [
    [PAINT[status](terminal, `${MARK[status]} ${name}`), detail],
    ...(fix ? [['', `→ ${fix}`]] : []),
  ]);
  printTable(terminal, rows);
  terminal.line();
  terminal.line(
    problems === 0
      ? 'Nothing stands in the way.'
      : `${counted(problems, 'thing stands', 'things stand')} in the way.`,
  );
}
