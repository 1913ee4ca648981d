import { FieldError, masked, optionalText, readText } from '@polyvend/protocols/gobox';
import { changeSetOfBooks } from '../../../ledger/books/change-set-of-books.ts';
import { refuse } from '../../../ledger/errors.ts';
import { setOfBooksOf } from '../map.ts';
import { type Handlers, readPathId } from './call.ts';

export const setOfBooksCalls: Handlers<'setOfBooks' | 'changeSetOfBooks'> = {
  setOfBooks: async ({ set, query }) => {
    if (readText(query, 'set_of_book', { max: 64 }) !== set.number) refuse('set-of-books.unknown');
    return setOfBooksOf(set);
  },

  changeSetOfBooks: async (call) => {
    const { context, set, by } = call;
    if (readPathId(call, 'set_id', 'set-of-books.unknown') !== set.id) refuse('set-of-books.unknown');
    const body = call.body();
    const given = optionalText(body, 'app_key', { max: 256 });
    // What was read comes back as it was read: a mask changes nothing.
    const sourceKey = given === masked ? undefined : given;
    const sourceUserName = optionalText(body, 'user_name', { max: 64 });
    if (given === undefined && sourceUserName === undefined) throw new FieldError('app_key', 'or user_name is required');
    const change = { ...(sourceKey !== undefined && { sourceKey }), ...(sourceUserName !== undefined && { sourceUserName }) };
    // The body holds a secret: it is not kept with the event.
    const cause = { ...call.cause, raw: '' };
    return setOfBooksOf(await changeSetOfBooks(context.ledger, set.merchantId, set.id, change, by, cause), sourceKey);
  },
};
