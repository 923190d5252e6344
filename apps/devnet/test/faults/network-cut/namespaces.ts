import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A network namespace that lasts as long as a process which does nothing but hold it. */
export interface Namespace {
  /** Its address on the switch. */
  readonly address: string;
  /** What a command is put behind to run inside. */
  readonly through: readonly string[];
  /** Pulls the plug, or puts it in again. */
  link(state: 'up' | 'down'): void;
}

const NET = '10.255.78';
const CABLE = 'eth0';

/**
 * Namespaces on one switch, which is a bridge in the namespace of this very process: nothing leaves the machine, and
 * everything is gone when the processes are. To be called in a namespace of its own.
 */
export class Switch implements AsyncDisposable {
  readonly #holders: ChildProcess[] = [];
  /** Address of this process on the switch. */
  readonly address = `${NET}.254`;

  constructor() {
    ip('link', 'set', 'lo', 'up');
    ip('link', 'add', 'switch', 'type', 'bridge');
    ip('addr', 'add', `${this.address}/24`, 'dev', 'switch');
    ip('link', 'set', 'switch', 'up');
  }

  async plugIn(): Promise<Namespace> {
    // It ends when its input does: with this process at the latest.
    const holder = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; exec cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#holders.push(holder);
    await once(holder.stdout, 'data');
    const number = this.#holders.length;
    const address = `${NET}.${number}`;
    const through = ['nsenter', `--net=/proc/${holder.pid}/ns/net`];
    const inside = (...args: string[]): void => run([...through, 'ip', ...args]);
    const port = `port${number}`;
    ip('link', 'add', port, 'type', 'veth', 'peer', 'name', CABLE, 'netns', String(holder.pid));
    ip('link', 'set', port, 'master', 'switch', 'up');
    inside('link', 'set', 'lo', 'up');
    inside('addr', 'add', `${address}/24`, 'dev', CABLE);
    inside('link', 'set', CABLE, 'up');
    return { address, through, link: (state) => ip('link', 'set', port, state) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#holders.map(async (holder) => {
        const exited = once(holder, 'exit');
        holder.stdin?.end();
        await exited;
      }),
    );
  }
}

const ip = (...args: string[]): void => run(['ip', ...args]);

function run([command = '', ...args]: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
