const immediate = (globalThis as { setImmediate?: (work: () => void) => unknown }).setImmediate;

/**
 * Lets what waits in the event loop run (aborts, messages) before work goes on. Timers would cost milliseconds, so
 * where there is no `setImmediate` a message port is used.
 */
export const nextEvent: () => Promise<void> = immediate
  ? () => new Promise((resolve) => immediate(resolve))
  : () =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          resolve();
        };
        port2.postMessage(undefined);
      });
