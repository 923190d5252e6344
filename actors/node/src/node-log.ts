/** Told of each notable event. Fields hold names, counts and codes, never content. */
export type NodeLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** One line of JSON an event, for machines; `ISOBIT_LOG=debug` shows all. */
export const jsonLog =
  (write: (line: string) => void, least: 'debug' | 'info' | 'warn' | 'error' = 'info'): NodeLog =>
  (level, message, fields = {}) => {
    const order = ['debug', 'info', 'warn', 'error'];
    if (order.indexOf(level) < order.indexOf(least)) return;
    write(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }));
  };
