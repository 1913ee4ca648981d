import type { Ledger } from '../ledger.ts';
import { openIntegration } from './get-integration.ts';
import type { Integration } from './integration.ts';

/** Remembers credentials for a moment, so that a swarm of calls does not ask the database for each. */
export interface Directory {
  /** Active integrations by their id on the wire. Ids that others issue need not be unique: the one whose signature fits is meant. */
  candidates(dialect: string, role: string, wireId: string): Promise<readonly Integration[]>;
  ofMerchant(dialect: string, role: string, merchantId: number): Promise<readonly Integration[]>;
  /** By our own number, for the mount under /i/{integration}. */
  byId(id: number): Promise<Integration | undefined>;
  /** Called when any integration or merchant changed. */
  forget(): void;
}

/** No vendor's id is longer; what is, is nobody's. */
const longestWireId = 128;

const remembered = { milliseconds: 5_000, entries: 10_000 };

export function createDirectory(ledger: Ledger): Directory {
  const memory = new Map<string, { until: number; found: Promise<readonly Integration[]> }>();

  function recall(key: string, look: () => Promise<readonly Integration[]>): Promise<readonly Integration[]> {
    const now = performance.now();
    const known = memory.get(key);
    if (known && known.until > now) return known.found;
    memory.delete(key);
    // A flood of invented ids must not fill the memory: the oldest goes.
    const [oldest] = memory.keys();
    if (memory.size >= remembered.entries && oldest !== undefined) memory.delete(oldest);
    const found = look();
    memory.set(key, { until: now + remembered.milliseconds, found });
    found.catch(() => memory.delete(key));
    return found;
  }

  return {
    candidates: async (dialect, role, wireId) =>
      wireId.length > longestWireId
        ? []
        : await recall(JSON.stringify([dialect, role, wireId]), () => load(ledger, { dialect, role, wireId })),
    ofMerchant: (dialect, role, merchantId) =>
      recall(JSON.stringify([dialect, role, merchantId]), () => load(ledger, { dialect, role, merchantId })),
    byId: async (id) => (await recall(`#${id}`, () => load(ledger, { id })))[0],
    forget: () => memory.clear(),
  };
}

interface Wanted {
  id?: number;
  dialect?: string;
  role?: string;
  wireId?: string;
  merchantId?: number;
}

/** So many candidates at most: more of one id on the wire would be an attack, not a customer. A merchant's own are all found. */
const mostCandidates = 20;

async function load(ledger: Ledger, { id, dialect, role, wireId, merchantId }: Wanted): Promise<readonly Integration[]> {
  let query = ledger.db.selectFrom('integrations').selectAll().where('status', '=', 'active');
  if (id !== undefined) query = query.where('id', '=', id);
  if (dialect !== undefined) query = query.where('dialect', '=', dialect);
  if (role !== undefined) query = query.where('role', '=', role);
  if (wireId !== undefined) query = query.where('wire_id', '=', wireId);
  if (merchantId !== undefined) query = query.where('merchant_id', '=', merchantId);
  if (merchantId === undefined) query = query.limit(mostCandidates);
  const rows = await query.orderBy('id').execute();
  // One that cannot be opened (sealed under another key) must not shut out the others.
  const opened = await Promise.allSettled(rows.map((row) => openIntegration(ledger, row)));
  return opened.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}
