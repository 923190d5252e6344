import type { ReceiptMember } from '@isobit/apis';
import type { ClaimName, Status, Verdict } from '@isobit/verify';

/** The member `isobit` of an answer that was checked here: claim by claim what was found besides. */
export type CheckedMember = ReceiptMember & { readonly verdict: Readonly<Record<ClaimName, Status>> };

export const checkedMember = (receipt: ReceiptMember, { claims }: Verdict): CheckedMember => ({
  ...receipt,
  verdict: Object.fromEntries(claims.map(({ claim, status }) => [claim, status])) as CheckedMember['verdict'],
});
