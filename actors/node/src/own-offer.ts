import type { LogKeyDocument } from '@isobit/log';
import type { Network } from '@isobit/network';
import { fast, type OfferBody } from '@isobit/receipt';
import type { HeldModel, Registry } from './models/registry.ts';
import type { NodeLog } from './node-log.ts';
import type { NodeOptions } from './options.ts';
import type { SigningGate } from './signing-gate.ts';

export interface OwnOfferOptions {
  readonly options: Pick<NodeOptions, 'roles' | 'price'>;
  readonly network: Pick<Network, 'announce'>;
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
  /** From now on models are offered as this worker runs them. */
  begin(offering: Offering): void;
}

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
      load: offering?.load() ?? NO_LOAD,
      log: binding,
    };
  }

  const offer: OwnOffer = {
    now,
    isTold: (id) => held.some((model) => model.id === id),
    async announce() {
      try {
        held = await registry.held();
        if (!signal.aborted) network.announce(now());
      } catch (error) {
        report('error', 'could not announce what this node offers', { error: String(error) });
      }
    },
    begin(next) {
      offering = next;
    },
  };
  gate.onClose(() => void offer.announce());
  return offer;
}
