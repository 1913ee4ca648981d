import { hash, verify } from '@node-rs/argon2';
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

export const hashPassword = (password: string): Promise<string> => hash(password, cost);

/** A hash that no password has: whoever does not exist takes as long to be refused as whoever does. */
let nobody: Promise<string> | undefined;

/** True when the password is that of the hash; null is nobody's, and takes as long. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword('nobody at all');
  const fits = await verify(passwordHash ?? (await nobody), password.slice(0, longest + 1));
  return fits && passwordHash !== null;
}
