import { documentKind, field, recordOf, toHex } from '@isobit/core';
import * as v from 'valibot';

/** What names a network: its digest stands in every receipt, so none passes in another (specs/receipt.md section 2). */
export const genesisKind = documentKind(
  'genesis/1',
  v.strictObject({
    isobit: v.literal('genesis/1'),
    name: field.name,
    /** Free facts that make two networks of one name differ: chain, operator, date. */
    facts: recordOf((value) => typeof value === 'string', 'must hold texts'),
  }),
);

export type Genesis = ReturnType<typeof genesisKind.parse>;

/** The network that a node joins when it is told nothing else: no ledger, no stake. */
export const openGenesis: Genesis = { isobit: 'genesis/1', name: 'isobit-open', facts: { version: '1' } };

/** 64 hex characters. */
export const networkId = (genesis: Genesis): string => toHex(genesisKind.digest(genesis));
