import { printTable } from '../output/print-table.ts';
import { bold, dim, type Terminal } from '../output/terminal.ts';

/** A model as clients name it. */
export interface Served {
  readonly name: string;
  readonly title: string;
  /** It runs on a server behind the node: its receipts say who answered, and nobody can run them again. */
  readonly isAttributed: boolean;
}

const QUESTION = 'Tell me a story about a cat.';

/** Where clients find the models, and how to point one there. */
export function printServed(terminal: Terminal, http: string, models: readonly Served[]): void {
  const base = `${http}/v1`;
  terminal.line(bold(terminal, `OpenAI's API at ${base}`));
  terminal.line();
  printTable(
    terminal,
    models.map(({ name, title, isAttributed }) => [
      `  ${name}`,
      title,
      ...(isAttributed ? [dim(terminal, 'of the upstream: attributed, not checked')] : []),
    ]),
  );
  const [first] = models;
  if (first) {
    const body = { model: first.name, messages: [{ role: 'user', content: QUESTION }], max_tokens: 200 };
    terminal.line();
    terminal.line(
      `curl ${base}/chat/completions -H 'content-type: application/json' -d '${JSON.stringify(body)}'`,
    );
  }
  terminal.line();
  terminal.line('Clients of OpenAI, Anthropic and Ollama take an address, and any key:');
  terminal.line(`  OPENAI_BASE_URL=${base} OPENAI_API_KEY=any-key YOUR-PROGRAM`);
  terminal.line(`  ANTHROPIC_BASE_URL=${http} ANTHROPIC_API_KEY=any-key YOUR-PROGRAM`);
  terminal.line(`  OLLAMA_HOST=${http} YOUR-PROGRAM`);
  terminal.line();
  terminal.line('Each answer names its receipt ("isobit": {"receipt"}), and for an hour can be checked:');
  terminal.line(`  isobit verify ${base}/evidence/RECEIPT`);
  terminal.line();
  terminal.line(dim(terminal, 'Ctrl-C stops it.'));
}
