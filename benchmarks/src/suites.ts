import type { Suite } from './figure.ts';

/** Each suite is loaded when it is run: the peers of one need not be installed for another. */
export const suites: Readonly<Record<string, Suite>> = {
  async pull({ rounds, quick, signal, report }) {
    const { pullSuite } = await import('./pull.ts');
    return pullSuite({ rounds, signal, report, ...(quick ? { size: 20_000_000 } : {}) });
  },
  async http(options) {
    const { httpSuite } = await import('./http.ts');
    return httpSuite(options);
  },
  async gateway(options) {
    const { gatewaySuite } = await import('./gateway.ts');
    return gatewaySuite(options);
  },
  async replay() {
    const { replaySuite } = await import('./replay.ts');
    return replaySuite();
  },
  async log({ rounds, quick, signal, report }) {
    const { logSuite } = await import('./log.ts');
    return logSuite({ rounds: quick ? 2 : rounds, signal, report, ...(quick ? { entries: 100_000 } : {}) });
  },
  async llm(options) {
    const { llmSuite } = await import('./llm.ts');
    return llmSuite(options);
  },
  async memory(options) {
    const { memorySuite } = await import('./memory.ts');
    return memorySuite(options);
  },
};
