import type { Database } from './database.ts';

/** Which receipt answers which job, so that a job sent twice (one request, one nonce) has one receipt. */
export interface Answers {
  /**
   * Notes the receipt of a job, unless the job has one: then that one stays.
   *
   * @returns the receipt that the job has now; all three are digests or nonces of 64 hex characters
   */
  record(answer: { request: string; nonce: string; receipt: string }): Promise<string>;
  get(request: string, nonce: string): Promise<string | undefined>;
}

export function createAnswers(database: Database): Answers {
  const get = async ({ query }: Database, request: string, nonce: string): Promise<string | undefined> => {
    const found = query
      .selectFrom('answers')
      .select('receipt')
      .where((e) => e.and({ request, nonce }));
    return (await found.executeTakeFirst())?.receipt;
  };
  return {
    record: (answer) =>
      database.transaction(async (inside) => {
        await inside.query
          .insertInto('answers')
          .values(answer)
          .onConflict((c) => c.columns(['request', 'nonce']).doNothing())
          .execute();
        return (await get(inside, answer.request, answer.nonce)) as string;
      }),
    get: (request, nonce) => get(database, request, nonce),
  };
}
