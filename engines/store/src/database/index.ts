export {
  type AccessKey,
  type AccessKeys,
  createAccessKeys,
  type KeyLimits,
  type StoredAccessKey,
} from './access-keys.ts';
export { type Database, type DatabaseOptions, type OpenedDatabase, openDatabase } from './database.ts';
export { createEvidenceStore, type EvidenceStore } from './evidence.ts';
export { createModels, type Models, type StoredModel } from './models.ts';
export { createNames, type NameContradiction, type Names, type ResolvedName } from './names.ts';
export { createPetnames, type Petnames } from './petnames.ts';
export {
  createReceipts,
  type NewReceipt,
  type ReceiptFilter,
  type ReceiptOrigin,
  type Receipts,
  type StoredReceipt,
} from './receipts.ts';
export { createSettings, type Settings } from './settings.ts';
export type { Tables } from './tables.ts';
