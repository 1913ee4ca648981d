import { randomBytes } from 'node:crypto';
import { ConfigError } from '../config.ts';
import { findUser } from '../ledger/staff/find-user.ts';
import { changeUser, createUser } from '../ledger/staff/put-user.ts';
import { roles } from '../ledger/staff/roles.ts';
import { merchantNamed, say } from './arguments.ts';
import { withLedger } from './open-ledger.ts';

const newPassword = (): string => randomBytes(12).toString('base64url');

export async function addUser(login: string, { merchant, role }: { merchant: string; role: string }): Promise<void> {
  const wanted = roles.find((one) => one === role);
  if (!wanted) throw new ConfigError(`role must be one of ${roles.join(', ')}, not ${role}.`);
  await withLedger(async (ledger) => {
    const password = newPassword();
    await createUser(ledger, (await merchantNamed(ledger, merchant)).id, { login, role: wanted, password });
    say(`${login} may sign in with ${password}\n(told once)`);
  });
}

/** For who has lost it; also lets somebody in again whose account had ended. */
export async function newPasswordOf(login: string): Promise<void> {
  await withLedger(async (ledger) => {
    const user = await findUser(ledger, login);
    if (!user) throw new ConfigError(`There is no user ${login}.`);
    const password = newPassword();
    await changeUser(ledger, user.merchantId, user.id, { password, status: 'active' });
    say(`${login} may sign in with ${password}\n(told once)`);
  });
}
