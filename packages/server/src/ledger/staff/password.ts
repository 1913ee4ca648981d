import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { refuse } from '../errors.ts';

/** argon2id (the library's default) at 19 MiB and two passes, which OWASP's cheat sheet names as the least. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const shortest = 12;
/** Longer ones would let a caller choose how long the hub works. */
const longest = 200;

/** Of what people take when they are asked for twelve characters. */
const common = ['password', '123456', 'qwerty', 'abcdef', 'polyvend', '111111', '000000', 'iloveyou', 'letmein'];

/** Refuses user.password-weak: too short or too long, one character over and over, the login itself, or what everybody takes. */
export function checkPassword(password: string, login: string): void {
  const plain = password.toLowerCase();
  if ([...password].length < shortest) refuse('user.password-weak', `password: at least ${shortest} characters`);
  if (password.length > longest) refuse('user.password-weak', `password: at most ${longest} characters`);
  if (new Set(plain).size < 5) refuse('user.password-weak', 'password: too few different characters');
  const rest = [...common, login.toLowerCase()].reduce((left, word) => left.replaceAll(word, ''), plain);
  if (rest.length < shortest / 2) refuse('user.password-weak', 'password: too common');
}

/** Each hash keeps one of the process's few threads busy, which files and names of hosts need too. */
const hashing = pLimit(2);
const mostWaiting = 20;

/** Refuses sign-in.throttled when so many passwords wait to be looked at that one more would only wait too long. */
export function requireTurn(): void {
  if (hashing.pendingCount >= mostWaiting) refuse('sign-in.throttled');
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  requireTurn();
  return await hashing(work);
}

/** Refuses sign-in.throttled. */
export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, cost));

/** A hash that no password has: whoever does not exist takes as long to be refused as whoever does. */
let nobody: Promise<string> | undefined;

/** True when the password is that of the hash; null is nobody's, and takes as long. Refuses sign-in.throttled. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  return await inTurn(async () => {
    // In the turn that is taken already: one of its own might never come.
    nobody ??= hash('nobody at all', cost);
    const fits = await verify(passwordHash ?? (await nobody), password.slice(0, longest + 1));
    return fits && passwordHash !== null;
  });
}
