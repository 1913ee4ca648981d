import { type CallName, calls, tokenHeader } from '@polyvend/protocols/gobox';
import { mistake } from '@polyvend/protocols/shared';
import { fillPath, isPathOf, splitUrl, type TryCall, type Workbench } from '../../http/workbench.ts';
import { findBookToken } from '../../ledger/books/book-tokens.ts';

/** Of a session at the ERP nothing can be tried from here. */
const tried = (Object.keys(calls) as CallName[]).filter((name) => calls[name].token !== 'erp-session');

/** GETs that act. */
const acting: readonly CallName[] = ['downloadOrders', 'importOrder', 'resetOrder'];

/** Nothing is signed on this wire: a token says who calls, and what it is for. */
export const workbench: Workbench = {
  async explain({ method, url, headers }, credentials, ledger) {
    const { path } = splitUrl(url);
    const token = headers[tokenHeader.toLowerCase()]?.trim() ?? '';
    if (token === '') return { right: false, signed: [], findings: [mistake('token.missing', { name: tokenHeader })] };
    const caller = await findBookToken(ledger, token);
    if (!caller || !credentials.some(({ id }) => id === caller.set.integrationId)) {
      return { right: false, signed: [], findings: [mistake('token.wrong')] };
    }
    const called = tried.map((name) => calls[name]).find((one) => one.method === method && isPathOf(one.path, path));
    if (called && called.token !== caller.kind) {
      const findings = [mistake('token.other-kind', { given: caller.kind, needed: called.token })];
      return { right: false, signed: [], findings };
    }
    return { right: true, signed: [], findings: [] };
  },

  calls: () =>
    tried.map((name): TryCall => {
      const { method, path, summary, token, ...rest } = calls[name];
      const fields = 'query' in rest ? rest.query : 'body' in rest ? rest.body : undefined;
      return { name, method, path, summary: `${summary} (${token})`, writes: method !== 'GET' || acting.includes(name), fields };
    }),

  asks: () => ({ Token: 'a token of this set of books, of the kind that the call names' }),

  build({ call, path, fields, secrets }) {
    const name = tried.find((one) => one === call);
    if (!name) throw new Error(`there is no call ${call}`);
    const wanted = calls[name];
    const inQuery = 'query' in wanted;
    const filled = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
    const query = inQuery
      ? new URLSearchParams(Object.fromEntries(filled.map(([key, value]) => [key, String(value)]))).toString()
      : '';
    const headers: Record<string, string> = { [tokenHeader]: secrets.Token ?? '' };
    if ('body' in wanted) headers['Content-Type'] = 'application/json';
    const url = fillPath(wanted.path, path) + (query === '' ? '' : `?${query}`);
    return { method: wanted.method, url, headers, body: 'body' in wanted ? JSON.stringify(fields) : '' };
  },
};
