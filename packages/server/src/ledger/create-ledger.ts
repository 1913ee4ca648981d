import type { Kysely } from 'kysely';
import type pg from 'pg';
import type { Tables } from '../database/tables.generated.ts';
import { type Clock, systemClock } from './clock.ts';
import type { EventKind } from './events/event.ts';
import { createVault } from './integrations/vault.ts';
import { type Ledger, type LedgerRules, standardRules } from './ledger.ts';

export interface LedgerOptions {
  database: { kysely: Kysely<Tables>; pool: pg.Pool };
  /** 32 bytes. */
  secretKey: Buffer;
  /** Event kinds that someone outside wants. */
  relayed: Iterable<EventKind>;
  clock?: Clock;
  rules?: Partial<LedgerRules>;
  publicUrl?: string;
}

export function createLedger({
  database,
  secretKey,
  relayed,
  clock = systemClock,
  rules,
  publicUrl = '',
}: LedgerOptions): Ledger {
  return {
    db: database.kysely,
    pool: database.pool,
    clock,
    vault: createVault(secretKey),
    relayed: new Set(relayed),
    rules: { ...standardRules, ...rules },
    publicUrl,
  };
}
