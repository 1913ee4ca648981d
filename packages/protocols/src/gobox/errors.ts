/** `{"state":0,"errmsg":"…"}`; /api/create_order alone says `status` in place of `state`. */
export interface Failure {
  readonly state?: 0;
  readonly status?: 0;
  readonly errmsg: string;
}

export type StateField = 'state' | 'status';

/** Which of the two a path answers with. */
export const stateFieldOf = (path: string): StateField => (path.split('?')[0] === '/api/create_order' ? 'status' : 'state');

export function answerOk(field: StateField, data: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { [field]: 1, ...data };
}

export function answerError(field: StateField, errmsg: string): Failure {
  return { [field]: 0, errmsg };
}

/** What the client throws for every answer but success: `message` is its errmsg. */
export class GoboxError extends Error {
  override readonly name = 'GoboxError';
  /** HTTP status: 200 for what was refused, 401 for a missing or wrong Token, 404 for an unknown id. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}
