import { posix } from 'node:path';
import type { Import } from './imports.ts';
import type { Package } from './packages.ts';
import type { Row } from './table.ts';

export interface Workspace {
  readonly rows: readonly Row[];
  readonly packages: readonly Package[];
  readonly imports: ReadonlyMap<string, readonly Import[]>;
}

/** The workspace with its look-ups. */
export class View {
  readonly workspace: Workspace;
  readonly rows: ReadonlyMap<string, Row>;
  readonly byName: ReadonlyMap<string, Package>;
  readonly byShortName: ReadonlyMap<string, Package>;
  readonly root: Package | undefined;

  constructor(workspace: Workspace) {
    const { rows, packages } = workspace;
    this.workspace = workspace;
    this.rows = new Map(rows.map((row) => [row.folder, row]));
    this.byName = new Map(packages.map((each) => [each.name, each]));
    this.byShortName = new Map(packages.map((each) => [posix.basename(each.folder), each]));
    this.root = packages.find((each) => each.folder === '.');
  }

  grants(own: Package, other: Package): boolean {
    const grants = this.rows.get(own.folder)?.grants ?? [];
    return grants === 'anything' || grants.includes(posix.basename(other.folder));
  }

  floor(each: Package): number {
    return this.rows.get(each.folder)?.floor ?? 0;
  }

  /** Packages that the table grants or that package.json declares. */
  neighbours(own: Package): Package[] {
    const grants = this.rows.get(own.folder)?.grants ?? [];
    const granted = (grants === 'anything' ? [] : grants).map((name) => this.byShortName.get(name));
    const declared = [...own.declared].map((name) => this.byName.get(name));
    const others = [...granted, ...declared].filter((other) => other !== undefined && other !== own);
    return [...new Set(others)] as Package[];
  }
}
