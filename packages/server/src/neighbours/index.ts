import type { Erp, Neighbours, OrderSource } from '../ledger/books/ports.ts';
import type { SetOfBooks } from '../ledger/books/set-of-books.ts';
import { refuse } from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { GuardedHttp } from '../notifications/index.ts';
import { c8 } from './c8.ts';
import { file } from './file.ts';
import { gobox } from './gobox.ts';

export { type BillsImporter, startBillsImporter } from './importer.ts';

/** For neighbours, who answer with pages of orders and bills, and who work before they answer. */
export const neighbourHttp = { timeout: 15_000, bodyLimit: 8 * 1024 * 1024, keptSockets: 64 } as const;

type ErpAdapter = (http: GuardedHttp, ledger: Ledger, set: SetOfBooks) => Erp;
type SourceAdapter = (http: GuardedHttp, ledger: Ledger, set: SetOfBooks) => OrderSource;

/** A new ERP is its file, and a line here; its name is what `polyvend books create --erp` takes. */
export const erps: Readonly<Record<string, ErpAdapter>> = {
  c8: (http, _, set) => c8(http, set),
  file: (_, ledger, set) => file(ledger, set),
};

/** The same for where orders come from; `none` are sent to us. */
export const sources: Readonly<Record<string, SourceAdapter>> = {
  gobox: (http, ledger, set) => gobox(http, ledger.clock, set),
};

export function createNeighbours(ledger: Ledger, http: GuardedHttp): Neighbours {
  return {
    erpOf: (set) => erps[set.erp.kind]?.(http, ledger, set) ?? refuse('erp.unavailable', `no adapter ${set.erp.kind}`),
    sourceOf: (set) => sources[set.source.kind]?.(http, ledger, set) ?? refuse('order-source.none'),
  };
}
