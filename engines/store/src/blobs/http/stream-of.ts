/**
 * A web stream over an iterable, read only as fast as its reader asks. Cancelling it returns the iterable, which
 * closes what that has open.
 */
export function streamOf(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value as Uint8Array<ArrayBuffer>);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    // Nothing is read before it is asked for: a body may be sent another way.
    { highWaterMark: 0 },
  );
}
