import { bohTypes, formatTime, type QianHubClient, readRecordLeniently } from '@polyvend/protocols/qianhub';
import { secondsAfter } from '../../../ledger/clock.ts';
import type { Cause } from '../../../ledger/events/event.ts';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { advanceMirror } from '../../../ledger/pos/mirror-state.ts';
import type { PosRecordDraft } from '../../../ledger/pos/pos-record.ts';
import { putPosRecords } from '../../../ledger/pos/put-pos-records.ts';
import type { Shop } from '../../../ledger/pos/shop.ts';
import { mirrorSettingsOf } from '../integration.ts';
import { draftOf } from '../map.ts';

const day = 86_400;

/** Seconds of one query. */
const window = day;

/** So often what is older is looked at again, in seconds. */
const lookBackEvery = 6 * 3_600;

/** Records, and characters of them, that go to the ledger at once. */
const atOnce = { records: 200, characters: 1_000_000 };

export interface MirroredShop {
  ledger: Ledger;
  integration: Integration;
  client: QianHubClient;
  shop: Shop;
  cause: Cause;
  /** Asked between two days. */
  mayGoOn: () => boolean;
}

/**
 * Fetches what a shop has told since the last look, a day at a time, each look overlapping the last. The mark is moved when a day has come
 * whole: one that breaks off is asked for again, and what came of it already is known. Answers why records could not be read, and
 * whether it came up to now.
 */
export async function mirrorRecords(mirrored: MirroredShop): Promise<{ unreadable: string[]; complete: boolean }> {
  const { ledger, integration, shop, mayGoOn } = mirrored;
  const now = wholeSecond(ledger.clock.now());
  const { from, lookedBack } = whereToBegin(integration, shop, now);
  const unreadable: string[] = [];
  let begin = from;
  while (begin < now && mayGoOn()) {
    const end = earlier(secondsAfter(begin, window), now);
    unreadable.push(...(await fetchDay(mirrored, begin, end)));
    await advanceMirror(ledger, {
      merchantId: integration.merchant.id,
      shopId: shop.id,
      until: end,
      lookedBack: lookedBack && end >= now,
    });
    begin = end;
  }
  return { unreadable, complete: begin >= now };
}

function whereToBegin(integration: Integration, shop: Shop, now: Date): { from: Date; lookedBack: boolean } {
  const { overlap, lookBackDays, firstDays } = mirrorSettingsOf(integration);
  const { mirroredUntil, lookedBackAt } = shop;
  if (!mirroredUntil) return { from: wholeSecond(secondsAfter(now, -firstDays * day)), lookedBack: true };
  const lookedBack = !lookedBackAt || secondsAfter(lookedBackAt, lookBackEvery) <= now;
  const back = lookedBack ? Math.max(overlap, lookBackDays * day) : overlap;
  return { from: wholeSecond(secondsAfter(mirroredUntil, -back)), lookedBack };
}

async function fetchDay({ ledger, integration, client, shop, cause }: MirroredShop, begin: Date, end: Date): Promise<string[]> {
  const unreadable: string[] = [];
  const query = {
    shop_id: shop.upstream?.shopId ?? 0,
    boh_types: bohTypes,
    begin: formatTime(begin, shop.timeZone),
    end: formatTime(end, shop.timeZone),
  };
  const told = { merchantId: integration.merchant.id, shopId: shop.id, source: 'mirror', integrationId: integration.id } as const;
  let records: PosRecordDraft[] = [];
  let characters = 0;
  async function put(): Promise<void> {
    await putPosRecords(ledger, { ...told, records }, cause);
    records = [];
    characters = 0;
  }
  for await (const value of client.batchQuery(query)) {
    try {
      const draft = draftOf(readRecordLeniently(value), shop);
      records.push(draft);
      characters += draft.document.length;
    } catch (error) {
      unreadable.push((error as Error).message);
    }
    if (records.length >= atOnce.records || characters >= atOnce.characters) await put();
  }
  await put();
  return unreadable;
}

const wholeSecond = (time: Date): Date => new Date(Math.floor(time.getTime() / 1000) * 1000);
const earlier = (one: Date, other: Date): Date => (one < other ? one : other);
