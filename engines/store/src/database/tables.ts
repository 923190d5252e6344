/** The rows of the database. Times are milliseconds since 1970; integers come as text from some drivers. */
export interface Tables {
  models: ModelRow;
  names: NameRow;
  name_contradictions: NameContradictionRow;
  petnames: PetnameRow;
  receipts: ReceiptRow;
  evidence: EvidenceRow;
  settings: SettingRow;
  access_keys: AccessKeyRow;
}

interface ModelRow {
  /** The model's id (CID). */
  id: string;
  /** Canonical bytes of the signed manifest. */
  manifest: Uint8Array;
  added: number;
  /** Where it came from: `push`, `pull` or what the caller says. */
  source: string;
}

interface NameRow {
  key: string;
  name: string;
  version: string;
  model: string;
  sequence: number;
  expires: number;
  /** Canonical bytes of the signed record. */
  record: Uint8Array;
}

/** A signed record that points one version to a second model. */
interface NameContradictionRow {
  key: string;
  name: string;
  version: string;
  model: string;
  record: Uint8Array;
  found: number;
}

interface PetnameRow {
  owner: string;
  key: string;
}

interface ReceiptRow {
  digest: string;
  /** `own` or `foreign`. */
  kind: string;
  /** Place in the worker's log; null while it is not logged. */
  log_index: number | null;
  /** Canonical bytes of the receipt. */
  bytes: Uint8Array;
  time: number;
  worker: string;
  model: string;
  request: string;
  outcome: string;
}

interface EvidenceRow {
  /** Digest of the receipt that the evidence is about. */
  receipt: string;
  bytes: Uint8Array;
  added: number;
}

interface SettingRow {
  key: string;
  /** JSON. */
  value: string;
}

interface AccessKeyRow {
  name: string;
  /** SHA-256 of the key, hex. */
  digest: string;
  created: number;
  expires: number | null;
  requests_per_minute: number | null;
  tokens_per_day: number | null;
  concurrent: number | null;
  /** JSON list of ids. */
  models: string | null;
  /** Days since 1970 in UTC. */
  spent_day: number;
  spent_tokens: number;
}
