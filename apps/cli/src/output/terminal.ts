/** Where a command prints, and what that place can show. */
export interface Terminal {
  /** A line of the command's result. */
  line(text?: string): void;
  /** A result for programs: indented JSON on a screen and in a file alike. */
  json(value: unknown): void;
  /** A line for the person who waits: not part of the result. */
  note(text: string): void;
  /** Bytes of a result, as they are. */
  write(bytes: Uint8Array | string): void;
  /** Where an error arose, for who asked to see it. */
  trace(error: unknown): void;
  /** Whether results go to a screen: colours only then. */
  readonly isScreen: boolean;
  /** Whether a person watches the notes: progress bars only then. */
  readonly notesAreSeen: boolean;
  readonly width: number;
}

const DEFAULT_WIDTH = 100;

export const createTerminal = ({
  stdout,
  stderr,
  env,
}: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>): Terminal => ({
  line: (text = '') => void stdout.write(`${visible(text)}\n`),
  json: (value) => void stdout.write(`${escapeJson(JSON.stringify(value, null, 2))}\n`),
  note: (text) => void stderr.write(`${visible(text)}\n`),
  write: (bytes) => void stdout.write(bytes),
  trace: (error) => void stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`),
  isScreen: stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
  notesAreSeen: stderr.isTTY === true,
  width: stdout.columns ?? DEFAULT_WIDTH,
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const OWN_COLOUR = /(\u001b\[(?:1|2|22|31|32|33|39)m)/;

/** Control, format and line-breaking characters, and halves of pairs. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/**
 * A line with everything escaped that could repaint a terminal or feign another line, but our own colours: titles,
 * names and messages come from strangers.
 */
export const visible = (text: string): string =>
  text
    .split(OWN_COLOUR)
    .map((part, i) =>
      i % 2 === 1 ? part : part.replace(HIDDEN, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`),
    )
    .join('');

/** A text of several lines with the same characters escaped; line feeds and tabs stay. */
export const visibleText = (text: string): string =>
  text.replace(HIDDEN, (c) => (c === '\n' || c === '\t' ? c : visible(c)));

/** JSON with the same characters escaped inside its strings; a line feed stands between members only. */
const escapeJson = (json: string): string =>
  json.replace(HIDDEN, (c) =>
    c === '\n'
      ? c
      : [...Array(c.length).keys()]
          .map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`)
          .join(''),
  );

const paint =
  (open: number, close: number) =>
  (terminal: Terminal, text: string): string =>
    terminal.isScreen ? `\u001b[${open}m${text}\u001b[${close}m` : text;

export const bold = paint(1, 22);
export const dim = paint(2, 22);
export const red = paint(31, 39);
export const green = paint(32, 39);
export const yellow = paint(33, 39);
