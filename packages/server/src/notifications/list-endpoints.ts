import type { Ledger } from '../ledger/ledger.ts';

export interface Endpoint {
  /** Scheme, host and port. */
  endpoint: string;
  failingSince: Date | null;
  failures: number;
  /** Since then nothing is sent there, until somebody switches it on again. */
  disabledAt: Date | null;
  /** What waits for it. */
  waiting: number;
}

/** Those that fail or are switched off. */
export async function listEndpoints({ pool }: Pick<Ledger, 'pool'>, merchantId: number): Promise<Endpoint[]> {
  const { rows } = await pool.query<Endpoint>(
    `select e.endpoint, e.failing_since as "failingSince", e.failures, e.disabled_at as "disabledAt", (
       select count(*)::int from (
         select from notifications n
         where n.merchant_id = e.merchant_id and n.endpoint = e.endpoint and n.state = 'waiting' limit 10000
       ) held
     ) as waiting
     from endpoints e
     where e.merchant_id = $1 and (e.failing_since is not null or e.disabled_at is not null)
     order by e.disabled_at nulls last, e.failing_since
     limit 200`,
    [merchantId],
  );
  return rows;
}
