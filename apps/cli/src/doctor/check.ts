/** What a check found out. `hint` is worth knowing and stops nothing. */
export interface Finding {
  readonly name: string;
  readonly status: 'ok' | 'hint' | 'problem';
  readonly detail: string;
  /** What to type or do. */
  readonly fix?: string;
}

export const ok = (name: string, detail: string): Finding => ({ name, status: 'ok', detail });

export const hint = (name: string, detail: string, fix: string): Finding => ({
  name,
  status: 'hint',
  detail,
  fix,
});

export const problem = (name: string, detail: string, fix: string): Finding => ({
  name,
  status: 'problem',
  detail,
  fix,
});
