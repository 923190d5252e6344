import { join } from 'node:path';
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import { isExportDeclaration, isImportDeclaration, isLiteralTypeNode } from 'typescript/unstable/ast/is';
import { API } from 'typescript/unstable/sync';

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Erased before it runs: `import type`, `export type`, `import('x').T`. */
  readonly typeOnly: boolean;
}

/**
 * What each file imports, as TypeScript's own parser sees it: static, type-only, dynamic and re-exported.
 * Files are paths from `root`.
 */
export function readImports(root: string, files: readonly string[]): Map<string, Import[]> {
  const config = join(root, 'tsconfig.floors.virtual.json');
  // Nothing is resolved and no library is read, so that the parse alone is paid for.
  const compilerOptions = { allowJs: true, noLib: true, noResolve: true, types: [], noEmit: true };
  const virtual = JSON.stringify({ compilerOptions, files: files.map((file) => join(root, file)) });
  const api = new API({
    cwd: root,
    fs: {
      fileExists: (path) => (path === config ? true : undefined),
      readFile: (path) => (path === config ? virtual : undefined),
    },
  });
  try {
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    return new Map(
      files.map((file) => {
        const source = project?.program.getSourceFile(join(root, file));
        if (!source) throw new Error(`${file} was not parsed: is it a source file?`);
        const imports = source.imports.map((node) => ({
          specifier: 'text' in node ? String(node.text) : '',
          line: source.getLineAndCharacterOfPosition(node.end).line + 1,
          typeOnly: isTypeOnly(node.parent),
        }));
        return [file, imports];
      }),
    );
  } finally {
    api.close();
  }
}

function isTypeOnly(parent: Node): boolean {
  if (isImportDeclaration(parent)) return parent.importClause?.phaseModifier === SyntaxKind.TypeKeyword;
  if (isExportDeclaration(parent)) return parent.isTypeOnly;
  return isLiteralTypeNode(parent);
}
