/** What a verdict speaks of. Claims are never merged into one (specs/verdict.md section 2). */
export const claimNames = [
  'integrity',
  'signer',
  'log',
  'model',
  'execution',
  'usage',
  'hardware',
  'payment',
] as const;
export type ClaimName = (typeof claimNames)[number];

export type Status = 'verified' | 'refuted' | 'unchecked';

/** One way to check. `sampling`, `dispute`, `tee`, `proof` and `fingerprint` come with later specs. */
export type Method = 'signature' | 'inclusion' | 'replay' | 'peer' | 'recount' | 'digest';

/** Why a claim is refuted or stayed unchecked: a closed list (specs/verdict.md section 4). */
export type Reason =
  /** The evidence is not a document of its spec. */
  | 'malformed'
  /** The evidence, or a document in it, is of a version this program does not know. */
  | 'unknown-version'
  /** The signature is not one that the worker's key made over this receipt. */
  | 'signature'
  /** The disclosed request is not the one the receipt names. */
  | 'request-digest'
  /** The disclosed response is not the one the receipt names. */
  | 'response-digest'
  /** The disclosed response is of a kind that the request does not ask for. */
  | 'response-kind'
  /** The disclosed trace is not the one the receipt names. */
  | 'trace-root'
  /** The disclosed trace does not end in the disclosed response. */
  | 'trace-output'
  /** The request asks for another model or profile than the receipt names. */
  | 'request-receipt'
  /** The receipt belongs to another network. */
  | 'network'
  /** The receipt's time lies in the verifier's future. */
  | 'clock'
  /** The receipt answers another question: its nonce or request is not the one that was sent. */
  | 'stale'
  /** The worker is not among those the verifier trusts. */
  | 'signer-untrusted'
  /** The part of the evidence that this check needs is not disclosed. */
  | 'not-disclosed'
  /** The manifest is not the one the receipt names, or its publisher did not sign it. */
  | 'manifest'
  /** The evidence's log key is not bound to the worker. */
  | 'log-key'
  /** The checkpoint is not signed by the worker's log key, or its EIP-712 copy is not the worker's. */
  | 'log-checkpoint'
  /** The audit path does not lead from the receipt to the checkpoint. */
  | 'log-proof'
  /** Fewer trusted witnesses cosigned than the verifier asks for. */
  | 'witness-threshold'
  /** The usage stated is not that of the documents. */
  | 'usage'
  /** The run did not complete, so there is no answer to check. */
  | 'outcome'
  /** The profile promises no equal bits: nothing but the signer's word speaks for the run. */
  | 'profile-fast'
  /** The profile is not known to this program. */
  | 'profile-unknown'
  /** No check of this kind was asked for, or no means to do it was given. */
  | 'not-asked'
  /** The check could not be done here: model, engine or peer was out of reach, or a limit was met. */
  | 'unavailable'
  /** Running the request again gave another answer. */
  | 'mismatch'
  /** The model cannot run this request at all, and yet the receipt shows an answer. */
  | 'impossible'
  /** The receipt refers to no payment. */
  | 'none-claimed';

/** Where two answers to one request first part: in a tensor, at a token, or in what else a text response says. */
export type Difference = TensorDifference | TokenDifference | MemberDifference;

export interface TensorDifference {
  /** Output tensor. */
  readonly tensor: string;
  /** Flat index of the first differing element; absent where names, types or shapes differ already. */
  readonly index?: number;
  /** The value in the evidence, as text. */
  readonly claimed: string;
  /** The value that came out of the check, as text. */
  readonly computed: string;
}

/** The first token that differs; all before it are the same in both answers. */
export interface TokenDifference {
  /** Which of the answers, from 0. */
  readonly choice: number;
  /** Place in the answer, from 0. */
  readonly index: number;
  /** The token in the evidence; absent where its answer ends before it. */
  readonly claimed?: NamedToken;
  /** The token that came out of the check; absent where that answer ends before it. */
  readonly computed?: NamedToken;
  /** Logit of the computed token less that of the claimed one, after penalties and bias; absent where one has none. */
  readonly margin?: number;
  /** What the traces of both say: other logits for equal tokens before, or another draw from equal logits. */
  readonly cause?: 'model' | 'sampling';
}

export interface NamedToken {
  readonly token: number;
  /** What it says; absent where no tokenizer is at hand. */
  readonly text?: string;
}

/** A part of a text response that differs although the tokens before it agree. */
export interface MemberDifference {
  readonly member:
    | 'promptTokens'
    | 'outputTokens'
    | 'choices'
    | 'text'
    | 'finish'
    | 'stop'
    | 'logProbabilities'
    | 'tokenBytes';
  /** Which of the answers, from 0; absent for `promptTokens` and `choices`. */
  readonly choice?: number;
  /** Place of the token whose log probabilities differ, from 0. */
  readonly index?: number;
  /** Id of the token whose bytes differ. */
  readonly token?: number;
  readonly claimed: string;
  readonly computed: string;
}

/** The first operator at which the traces of two runs part. */
export interface OperatorDifference {
  /** Position in the graph's order, from 0. */
  readonly step: number;
  readonly node: string;
  readonly op: string;
  readonly kind: 'output' | 'inputs' | 'graph' | 'length';
  /** Digests of what the operator read. */
  readonly inputs: readonly { readonly name: string; readonly digest: string }[];
  readonly claimed?: string;
  readonly computed?: string;
}

export interface Claim {
  readonly claim: ClaimName;
  readonly status: Status;
  readonly method?: Method;
  readonly reason?: Reason;
  /** Who checked: `you` for pure checks and runs on this machine, else the peer's address. */
  readonly by?: string;
  /** One sentence for people. */
  readonly detail: string;
  readonly difference?: Difference;
  readonly operator?: OperatorDifference;
}

/** A table of claims and what was left unchecked. Plain JSON. */
export interface Verdict {
  readonly isobit: 'verdict/1';
  /** Digest of the receipt, where there is one. */
  readonly receipt?: string;
  readonly worker?: string;
  readonly model?: string;
  /** One for each name of `claimNames`, in that order. */
  readonly claims: readonly Claim[];
  /** What nobody checked, in sentences; never empty. */
  readonly notChecked: readonly string[];
}

export const claimOf = (verdict: Verdict, name: ClaimName): Claim =>
  verdict.claims.find((c) => c.claim === name) as Claim;

/** A claim with what is to be said of it. */
export const sentenceOf = ({ claim, detail }: Claim): string => `${claim}: ${detail}`;

/** What nobody checked and no claim says, for whoever shows it below a table of the claims. */
export function alsoNotChecked({ claims, notChecked }: Verdict): string[] {
  const said = new Set(claims.map(sentenceOf));
  return notChecked.filter((sentence) => !said.has(sentence));
}

export const isRefuted = (verdict: Verdict): boolean => verdict.claims.some((c) => c.status === 'refuted');

/**
 * Whether the claims that a caller asked for hold: `refuted` when any claim is refuted, `open` when one of
 * `wanted` is unchecked, `holds` otherwise. Exit codes 1, 3 and 0 of the command line.
 */
export function judge(verdict: Verdict, wanted: readonly ClaimName[]): 'holds' | 'refuted' | 'open' {
  if (isRefuted(verdict)) return 'refuted';
  return wanted.every((name) => claimOf(verdict, name).status === 'verified') ? 'holds' : 'open';
}
