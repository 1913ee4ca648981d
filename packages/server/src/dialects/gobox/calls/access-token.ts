import { FieldError, type Fields, readText } from '@polyvend/protocols/gobox';
import type { FastifyRequest } from 'fastify';
import type { DialectContext } from '../../../http/dialect.ts';
import { issueBookToken } from '../../../ledger/books/book-tokens.ts';
import { findSetsOfBooks, type SetOfBooks } from '../../../ledger/books/set-of-books.ts';
import { refusals } from '../errors.ts';
import { mountOf, tokenOf } from '../verify.ts';

/**
 * 2.2: our own token for who has a session at the ERP. The ERP that is asked is the one that the operator configured for the set of books;
 * `url` only has to say the same. Of several sets of this number (others issue them) the one whose ERP knows the session is meant.
 */
export async function accessToken(context: DialectContext, request: FastifyRequest): Promise<{ token: string }> {
  const session = tokenOf(request);
  const { url, number, userName } = readWho(request.query as Fields);
  const fitting: SetOfBooks[] = [];
  for (const set of await findSetsOfBooks(context.ledger, number, readMount(request))) {
    if (set.erp.url === '' || !isSameAddress(set.erp.url, url)) continue;
    if (!context.limiter.allow(`integration ${set.integrationId}`)) throw refusals.tooManyRequests();
    if (await context.neighbours.erpOf(set).isSession(session, userName)) fitting.push(set);
  }
  const [set] = fitting;
  if (!set || fitting.length > 1) throw refusals.nobody();
  const { merchantId, id: setId } = set;
  const { token } = await issueBookToken(context.ledger, { merchantId, setId, kind: 'user', userName });
  return { token };
}

/** Who does not say who they are is not let in, and is told no more than who says it wrongly. */
function readWho(query: Fields): { url: string; number: string; userName: string } {
  try {
    return {
      url: readText(query, 'url', { max: 2048 }),
      number: readText(query, 'set_of_book', { max: 64 }),
      userName: readText(query, 'user_name', { max: 64 }),
    };
  } catch (error) {
    if (error instanceof FieldError) throw refusals.nobody();
    throw error;
  }
}

/** Undefined where the path names no integration; one that is nobody's where it names none that could be. */
function readMount(request: FastifyRequest): number | undefined {
  const mounted = mountOf(request);
  if (mounted === undefined) return undefined;
  return /^\d{1,15}$/.test(mounted) ? Number(mounted) : -1;
}

function isSameAddress(configured: string, given: string): boolean {
  const [one, other] = [URL.parse(configured), URL.parse(given)];
  const plain = (url: URL) => `${url.origin}${url.pathname.replace(/\/+$/, '')}${url.search}`;
  return one !== null && other !== null && plain(one) === plain(other);
}
