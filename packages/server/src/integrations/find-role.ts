import { dialects } from '../dialects/index.ts';
import type { IntegrationRole } from '../http/integration-role.ts';

/** What somebody wants of an integration cannot be; the message says why, and what can. */
export class IntegrationMistake extends Error {
  override readonly name = 'IntegrationMistake';
}

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
