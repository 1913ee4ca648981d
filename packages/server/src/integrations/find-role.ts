import { FieldError } from '@polyvend/protocols/shared';
import { dialects } from '../dialects/index.ts';
import type { IntegrationRole } from '../http/integration-role.ts';

/** What somebody wants of an integration cannot be; the message says why, and what can. */
export class IntegrationMistake extends Error {
  override readonly name = 'IntegrationMistake';
  /** Of what is given, or of the settings, which one it is about. */
  readonly field: string | undefined;

  constructor(message: string, field?: string) {
    super(message);
    this.field = field;
  }
}

/** What a role says of its own fields. */
export const mistakeOf = (error: unknown): IntegrationMistake =>
  new IntegrationMistake(`${(error as Error).message}.`, error instanceof FieldError ? error.field : undefined);

/** The usual role unless one is named. @throws IntegrationMistake */
export function findRole(dialect: string, role?: string): IntegrationRole {
  const found = dialects.find(({ name }) => name === dialect);
  if (!found) {
    throw new IntegrationMistake(`There is no dialect ${dialect}. There are: ${dialects.map(({ name }) => name).join(', ')}.`);
  }
  const kind = role === undefined ? found.roles[0] : found.roles.find((one) => one.role === role);
  if (kind) return kind;
  throw new IntegrationMistake(`${dialect} has no role ${role}. It has: ${found.roles.map((one) => one.role).join(', ')}.`);
}
