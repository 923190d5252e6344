import { Q4_0, Q4_1, Q4_K, Q8_0 } from '../weight-type';

/** Types whose packed weights are multiplied as they lie: eight or four bits in halves. Others are unpacked first. */
@inline
export function isDirect(type: i32): bool { return type == Q8_0 || type == Q4_0 || type == Q4_1 || type == Q4_K; }
