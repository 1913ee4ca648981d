import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** As isOnline, of `m` a machine and `t` its status; another platform's machine is online until that platform says that it is not. */
export function onlineSql({ clock, rules }: Pick<Ledger, 'clock' | 'rules'>): RawBuilder<boolean> {
  return sql<boolean>`case when m.upstream_integration_id is not null then t.silence_due_at is not null
    else coalesce(t.last_seen_at > ${clock.now()}::timestamptz - make_interval(secs => ${rules.silence})
      and (t.offline_at is null or t.offline_at < t.last_seen_at), false) end`;
}
