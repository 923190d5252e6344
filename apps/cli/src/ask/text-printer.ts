import type { TextPiece, TextResponse } from '@isobit/receipt';
import { dim, type Terminal, visibleText } from '../output/terminal.ts';

/** Shows the first answer of a text as it comes, and what is left of it when it is there. */
export interface TextPrinter {
  readonly onPiece: (piece: TextPiece) => void;
  /** Ends what was shown, with whatever did not come in pieces; and shows the other answers. */
  finish(response: TextResponse): void;
  /** Ends the line that a refusal interrupts. */
  breakOff(): void;
}

export function createTextPrinter(terminal: Terminal): TextPrinter {
  let shown = '';
  const write = (text: string): void => {
    if (text === '') return;
    terminal.write(visibleText(text));
    shown += text;
  };
  const endLine = (): void => {
    if (shown !== '' && !shown.endsWith('\n')) terminal.write('\n');
  };
  return {
    onPiece({ choice, text }) {
      if (choice === 0) write(text);
    },
    finish({ choices: [first, ...others] }) {
      // A node that tells of nothing gives it all at once.
      if (first?.text.startsWith(shown)) write(first.text.slice(shown.length));
      endLine();
      for (const [i, { text }] of others.entries()) {
        terminal.line(dim(terminal, `answer ${i + 2}`));
        terminal.write(visibleText(text.endsWith('\n') ? text : `${text}\n`));
      }
    },
    breakOff: endLine,
  };
}
