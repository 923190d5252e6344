import type { LogKeyDocument } from '@isobit/log';
import type { Network } from '@isobit/network';
import { fast, type OfferBody } from '@isobit/receipt';
import type { HeldModel, Registry } from './models/registry.ts';
import type { NodeLog } from './node-log.ts';
import type { NodeOptions } from './options.ts';
import type { SigningGate } from './signing-gate.ts';

export interface OwnOfferOptions {
  readonly options: Pick<NodeOptions, 'roles' | 'price'>;
  readonly network: Pick<Network, 'announce' | 'withdraw'>;
  readonly registry: Pick<Registry, 'held'>;
  readonly gate: SigningGate;
  readonly binding: LogKeyDocument;
  readonly httpUrls: () => string[];
  readonly report: NodeLog;
  readonly signal: AbortSignal;
}

/** What the worker adds to an offer; there from when it has started. */
export interface Offering {
  profilesOf(manifest: HeldModel['manifest']): string[];
  /** Models that run elsewhere on its behalf. */
  readonly upstream: readonly HeldModel[];
  load(): OfferBody['load'];
}

/** What this node offers to others, and when they are told. */
export interface OwnOffer {
  /** As of this moment. */
  now(): OfferBody;
  /** Whether the network has been told that a model is held here. */
  isTold(id: string): boolean;
  /** Looks at what is held, and tells the network. */
  announce(): Promise<void>;
  /** Tells the network that nothing is offered any more, before what was offered ends. Never rejects. */
  withdraw(): Promise<void>;
  /** From now on models are offered as this worker runs them. */
  begin(offering: Offering): void;
}

/** Between two looks at the load: each change of it is an offer, of which others take two a second. */
const LOAD_MS = 1_000;

const NO_LOAD: OfferBody['load'] = { running: 0, queued: 0, capacity: 0 };

export function createOwnOffer({
  options: { roles, price },
  network,
  registry,
  gate,
  binding,
  httpUrls,
  report,
  signal,
}: OwnOfferOptions): OwnOffer {
  let held: readonly HeldModel[] = [];
  let offering: Offering | undefined;
  let isWithdrawn = false;
  let told: OfferBody['load'] = NO_LOAD;

  const loadNow = (): OfferBody['load'] => offering?.load() ?? NO_LOAD;

  function tell(): void {
    if (signal.aborted || isWithdrawn) return;
    const body = now();
    told = body.load;
    network.announce(body);
  }

  function tellLoad(): void {
    if (levelOf(loadNow()) !== levelOf(told)) tell();
  }

  function now(): OfferBody {
    // A node that signs nothing runs nothing for others: its answers would be worth nothing.
    const worker = roles.includes('worker') && !gate.stop ? offering : undefined;
    const elsewhere = worker?.upstream.filter(({ id }) => !offer.isTold(id)) ?? [];
    return {
      roles: [...roles],
      http: httpUrls(),
      // An offer names no model without a profile: it would be refused as a whole.
      models: [
        ...(worker ? held : [])
          .map(({ id, manifest }) => ({ id, profiles: worker?.profilesOf(manifest) ?? [], price }))
          .filter(({ profiles }) => profiles.length > 0),
        ...elsewhere.map(({ id }) => ({ id, profiles: [fast.name], price })),
      ],
      holds: roles.includes('host') ? held.map(({ id }) => id) : [],
      load: loadNow(),
      log: binding,
    };
  }

  const offer: OwnOffer = {
    now,
    isTold: (id) => held.some((model) => model.id === id),
    async announce() {
      try {
        held = await registry.held();
        tell();
      } catch (error) {
        report('error', 'could not announce what this node offers', { error: String(error) });
      }
    },
    async withdraw() {
      isWithdrawn = true;
      await network.withdraw();
    },
    begin(next) {
      offering = next;
      const timer = setInterval(tellLoad, LOAD_MS);
      timer.unref();
      signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    },
  };
  gate.onClose(() => void offer.announce());
  return offer;
}

/** The load to within a factor of two: what is told is old when it is read, and a count of each job would be noise. */
const levelOf = ({ running, queued, capacity }: OfferBody['load']): number =>
  running + queued === 0 ? 0 : 1 + Math.ceil(Math.log2((running + queued) / Math.max(1, capacity)));
