/** One row of ARCHITECTURE.md's table: what a package may import. */
export interface Row {
  /** The package's folder from the root; `.` is the root itself. */
  readonly folder: string;
  readonly floor: number;
  /** Last parts of folders, such as `core`, or `anything`. */
  readonly grants: readonly string[] | 'anything';
}

const FLOOR_OF: Readonly<Record<string, number>> = {
  protocol: 1,
  engines: 2,
  actors: 3,
  apps: 4,
  benchmarks: 4,
  compatibility: 4,
  examples: 4,
  '.': 4,
};

/** Rows of the table between `<!-- floors -->` and `<!-- /floors -->`. Throws where it is absent or malformed. */
export function readTable(markdown: string): Row[] {
  const table = /<!-- floors -->([\s\S]*?)<!-- \/floors -->/.exec(markdown)?.[1];
  if (table === undefined) {
    throw new Error('ARCHITECTURE.md holds no <!-- floors --> table <!-- /floors -->: restore it');
  }
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  const rows = lines.slice(2).map(readRow);
  const twice = rows.find((row, at) => rows.findIndex((other) => other.folder === row.folder) !== at);
  if (twice) throw new Error(`ARCHITECTURE.md's table names ${twice.folder} twice: keep one row`);
  return rows;
}

function readRow(line: string): Row {
  const [folder = '', floor = '', grants = ''] = line
    .slice(1)
    .split('|')
    .map((cell) => cell.replaceAll('`', '').trim());
  const expected = FLOOR_OF[folder.split('/')[0] ?? ''];
  if (expected === undefined || Number(floor) !== expected) {
    throw new Error(
      `ARCHITECTURE.md's table puts "${folder}" on floor "${floor}": ` +
        (expected === undefined ? 'its folder is on no floor' : `its folder is floor ${expected}`),
    );
  }
  return { folder, floor: expected, grants: readGrants(grants) };
}

function readGrants(cell: string): Row['grants'] {
  if (cell === 'anything') return cell;
  return cell === '-' ? [] : cell.split(',').map((name) => name.trim());
}
