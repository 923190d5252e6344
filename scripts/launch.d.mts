/** What of `process` the launcher looks at. */
export interface Machine {
  readonly version: string;
  readonly execPath: string;
  readonly platform: string;
  readonly arch: string;
}

export function findNode(root?: string, running?: Machine): string | undefined;
export function obstacle(node: string | undefined, root?: string, running?: Machine): string | undefined;
export function launch(entry: string, args?: readonly string[], options?: { root?: string }): Promise<number>;
