import { receiptError } from '../errors.ts';

/** A JSON object whose members are looked at one by one. */
export type Members = Readonly<Record<string, unknown>>;

/**
 * The value as an object with no other members than these.
 *
 * @param where what the object is, for messages: `the body`, `input "x"`
 * @throws CodedError `INFER_MALFORMED`
 */
export function membersOf(value: unknown, where: string, known: readonly string[]): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw receiptError('INFER_MALFORMED', `${where} is not a JSON object`);
  }
  const foreign = Object.keys(value).find((key) => !known.includes(key));
  if (foreign !== undefined) {
    throw receiptError(
      'INFER_MALFORMED',
      `${where} has a member "${foreign.slice(0, 80)}", which is not known here; known: ${known.join(', ')}`,
    );
  }
  return value as Members;
}

/** An array, or undefined where the member is absent. @throws CodedError `INFER_MALFORMED` */
export function listOf(members: Members, key: string, where: string): readonly unknown[] | undefined {
  const value = members[key];
  if (value === undefined || Array.isArray(value)) return value;
  throw receiptError('INFER_MALFORMED', `"${key}" of ${where} is not an array`);
}

/** A string of 1 to 512 UTF-16 units, or undefined where the member is absent. @throws CodedError `INFER_MALFORMED` */
export function textOf(members: Members, key: string, where: string): string | undefined {
  const value = members[key];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.length > 0 && value.length <= 512 && value.isWellFormed())
    return value;
  throw receiptError('INFER_MALFORMED', `"${key}" of ${where} is not a string of 1 to 512 characters`);
}

/** How the value of one parameter is checked, and what is expected of it, for messages. */
export interface ParameterRule {
  readonly expects: string;
  fits(value: unknown): boolean;
}

export const flag: ParameterRule = {
  expects: 'true or false',
  fits: (value) => typeof value === 'boolean',
};

/** What clients of other servers send that would change the answer, and what to do instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  sequence_id: 'sequences are not served: send each request whole',
  sequence_start: 'sequences are not served: send each request whole',
  sequence_end: 'sequences are not served: send each request whole',
  classification: 'classes are not ranked here: ask for the scores and rank them',
  timeout: 'use the header Isobit-Deadline-Ms',
  shared_memory_region: 'shared memory is not served: send the bytes',
};

/**
 * The `parameters` of an object, empty where absent; each must be known.
 *
 * @throws CodedError `INFER_PARAMETER`, `INFER_MALFORMED`
 */
export function parametersOf(
  members: Members,
  where: string,
  rules: Readonly<Record<string, ParameterRule>>,
): Members {
  const value = members['parameters'] ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw receiptError('INFER_MALFORMED', `"parameters" of ${where} is not a JSON object`);
  }
  for (const [name, given] of Object.entries(value)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule?.fits(given)) continue;
    const advice = rule
      ? `must be ${rule.expects}`
      : `is not known here; ${(Object.hasOwn(ELSEWHERE, name) && ELSEWHERE[name]) || `known: ${Object.keys(rules).join(', ')}`}`;
    throw receiptError('INFER_PARAMETER', `parameter "${name.slice(0, 80)}" of ${where} ${advice}`, {
      parameter: name.slice(0, 80),
    });
  }
  return value as Members;
}
