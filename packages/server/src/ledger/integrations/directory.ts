import { type Selectable, sql } from 'kysely';
import type { IntegrationsTable } from '../../database/tables.generated.ts';
import type { Ledger } from '../ledger.ts';
import type { Integration } from './integration.ts';
import { openCredentials, openIntegration } from './open-credentials.ts';

/** Remembers credentials for a moment, so that a swarm of calls does not ask the database for each. */
export interface Directory {
  /**
   * Active integrations by their id on the wire. Ids that others issue need not be unique: the one whose signature fits is meant. One whose
   * credentials are being changed is here twice, with the new and with the old: see `theOne`.
   */
  candidates(dialect: string, role: string, wireId: string): Promise<readonly Integration[]>;
  /** The same of a merchant, for what names its merchant by something else. */
  candidatesOf(dialect: string, role: string, merchantId: number): Promise<readonly Integration[]>;
  /** Each once, as we meet the other side with it. */
  ofMerchant(dialect: string, role: string, merchantId: number): Promise<readonly Integration[]>;
  /** By our own number, for the mount under /i/{integration}. */
  byId(id: number): Promise<Integration | undefined>;
  /** It called us, and its credentials were right. */
  called(id: number): void;
  /** Writes down who called since the last time; a minute passes between two. */
  writeCalls(): Promise<void>;
  /** Called when any integration or merchant changed. */
  forget(): void;
}

/** No vendor's id is longer; what is, is nobody's. */
const longestWireId = 128;

const remembered = { milliseconds: 5_000, entries: 10_000 };

/** Seconds between two writings of who called. */
const callsEvery = 60;

export function createDirectory(ledger: Ledger): Directory {
  const memory = new Map<string, { until: number; found: Promise<readonly Integration[]> }>();
  const calls = new Map<number, Date>();
  let callsWritten = Number.NEGATIVE_INFINITY;

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
        : inForce(
            await recall(JSON.stringify([dialect, role, wireId]), () => load(ledger, { dialect, role, wireId }, openCredentials)),
          ),
    candidatesOf: async (dialect, role, merchantId) =>
      inForce(
        await recall(JSON.stringify(['all', dialect, role, merchantId]), () =>
          load(ledger, { dialect, role, merchantId }, openCredentials),
        ),
      ),
    ofMerchant: (dialect, role, merchantId) =>
      recall(JSON.stringify([dialect, role, merchantId]), () => load(ledger, { dialect, role, merchantId }, outward)),
    byId: async (id) => (await recall(`#${id}`, () => load(ledger, { id }, outward)))[0],
    called: (id) => void calls.set(id, ledger.clock.now()),
    async writeCalls() {
      const now = ledger.clock.now().getTime() / 1000;
      if (calls.size === 0 || now - callsWritten < callsEvery) return;
      callsWritten = now;
      const seen = [...calls];
      calls.clear();
      await sql`
        update integrations i set last_call_at = seen.at
        from unnest(${seen.map(([id]) => id)}::bigint[], ${seen.map(([, at]) => at)}::timestamptz[]) as seen (id, at)
        where i.id = seen.id and (i.last_call_at is null or i.last_call_at < seen.at)`.execute(ledger.db);
    },
    forget: () => memory.clear(),
  };

  /** What is remembered of credentials whose overlap has ended meanwhile is left out: it ends by the clock, to the moment. */
  function inForce(found: readonly Integration[]): readonly Integration[] {
    const now = ledger.clock.now();
    const isOver = ({ overlap }: Integration) => overlap?.isOld === true && overlap.until <= now;
    return found.some(isOver) ? found.filter((one) => !isOver(one)) : found;
  }
}

type Row = Selectable<IntegrationsTable>;

interface Wanted {
  id?: number;
  dialect?: string;
  role?: string;
  wireId?: string;
  merchantId?: number;
}

/** So many candidates at most: more of one id on the wire would be an attack, not a customer. A merchant's own are all found. */
const mostCandidates = 20;

const outward = async (ledger: Ledger, row: Row) => [await openIntegration(ledger, row)];

async function load(
  ledger: Ledger,
  { id, dialect, role, wireId, merchantId }: Wanted,
  open: (ledger: Ledger, row: Row) => Promise<Integration[]>,
): Promise<readonly Integration[]> {
  let query = ledger.db.selectFrom('integrations').selectAll().where('status', '=', 'active');
  if (id !== undefined) query = query.where('id', '=', id);
  if (dialect !== undefined) query = query.where('dialect', '=', dialect);
  if (role !== undefined) query = query.where('role', '=', role);
  if (wireId !== undefined) query = query.where((is) => is.or([is('wire_id', '=', wireId), is('previous_wire_id', '=', wireId)]));
  if (merchantId !== undefined) query = query.where('merchant_id', '=', merchantId);
  if (merchantId === undefined) query = query.limit(mostCandidates);
  const rows = await query.orderBy('id').execute();
  // One that cannot be opened (sealed under another key) must not shut out the others.
  const opened = await Promise.allSettled(rows.map((row) => open(ledger, row)));
  const found = opened.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  return wireId === undefined ? found : found.filter((one) => one.wireId === wireId);
}
