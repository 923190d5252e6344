import type { NodeOptions } from '@isobit/node';
import type { Fault } from '../faults/index.ts';

/** What a spawned node is told, as JSON in its only argument. */
export interface ProcessConfig {
  readonly options: Partial<NodeOptions> & Pick<NodeOptions, 'dataDir'>;
  readonly fault?: Fault;
  /** Folder in which the page is built and cached; no page without it. */
  readonly pageCache?: string;
  /** Announce the node to this machine's command line, in this home folder. */
  readonly home?: string;
}

/** The line of JSON that a node prints when it is up. */
export interface ReadyLine {
  readonly ready: {
    readonly address: string;
    readonly join: readonly string[];
    readonly http: string | undefined;
    readonly token: string;
    readonly signing: boolean;
  };
}

/** The line of JSON that it prints instead when it can't start. */
export interface FailedLine {
  readonly failed: { readonly code: string; readonly message: string };
}
