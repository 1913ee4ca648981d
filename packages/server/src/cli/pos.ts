import { ConfigError } from '../config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { findOwnShop } from '../ledger/pos/find-shop.ts';
import { listVisibleShops } from '../ledger/pos/list-visible-shops.ts';
import { getMirrorState } from '../ledger/pos/mirror-state.ts';
import type { PaymentCode } from '../ledger/pos/shop.ts';
import { showShop } from '../ledger/pos/show-shop.ts';
import { checkDay, type DayCheck } from '../ledger/pos/vending/check-day.ts';
import { openVendingShop } from '../ledger/pos/vending/open-vending-shop.ts';
import { readBusinessDays } from '../ledger/pos/vending/read-business-days.ts';
import { recordCheck } from '../ledger/pos/vending/record-check.ts';
import { shutVendingShop } from '../ledger/pos/vending/shut-vending-shop.ts';
import { isPayStyle, payStyles } from '../ledger/sales/pay-style.ts';
import { merchantNamed, person, say, wholeNumber } from './arguments.ts';
import { withLedger } from './open-ledger.ts';

const everyShopOf = (ledger: Ledger, merchantId: number) =>
  listVisibleShops(ledger, { merchantId, integrationId: 0, everyShop: true });

export async function listShops({ merchant }: { merchant: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    for (const { id, sn, name, upstream, mirroredUntil } of await everyShopOf(ledger, merchantId)) {
      const state = upstream && (await getMirrorState(ledger, merchantId, upstream.integrationId));
      const from = upstream
        ? `  from integration ${upstream.integrationId}, up to ${mirroredUntil?.toISOString() ?? 'nothing yet'}  ${state?.lastError ?? ''}`
        : '';
      say(`${id}  ${sn}  ${name}${from}`.trimEnd());
    }
  });
}

export async function changeShopView(
  sn: string,
  visible: boolean,
  options: { merchant: string; integration: string },
): Promise<void> {
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, options.merchant);
    const integrationId = wholeNumber(options.integration, 'integration');
    const shops = (await everyShopOf(ledger, merchantId)).filter((shop) => shop.sn === sn);
    if (shops.length === 0) throw new ConfigError(`Merchant ${merchantId} has no shop ${sn}.`);
    for (const { id: shopId } of shops) await showShop(ledger, { merchantId, shopId, integrationId, visible }, person);
    say(visible ? 'Shown.' : 'Hidden.');
  });
}

export interface ShopOptions {
  sn?: string;
  brand?: string;
  contact?: string;
  timeZone?: string;
  dayClosesAt?: string;
  payment?: string[];
}

export async function openShop(siteNumber: string, options: ShopOptions & { merchant: string }): Promise<void> {
  const { merchant, brand, payment, sn, contact, timeZone, dayClosesAt } = options;
  const named = brand === undefined ? undefined : /^(\d+)=(.*)$/.exec(brand);
  if (named === null) throw new ConfigError(`brand must be of the form id=name, not ${brand}.`);
  const draft = {
    ...{ siteNumber, sn, contact, timeZone, dayClosesAt },
    ...(named && { brandId: wholeNumber(named[1] ?? '', 'brand'), brandName: named[2] }),
    ...(payment && { paymentCodes: Object.fromEntries(payment.map(readPaymentCode)) }),
  };
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    const shop = await openVendingShop(ledger, { merchantId, ...draft }, person);
    say(`shop ${shop.id}  ${shop.sn}  ${shop.name}: its days close at ${shop.dayClosesAt}, ${shop.timeZone}`);
  });
}

function readPaymentCode(text: string): [style: string, code: PaymentCode] {
  const [, style, id, sn, name] = /^([a-z0-9-]+)=(\d+):([^:]+):(.+)$/.exec(text) ?? [];
  if (id === undefined || sn === undefined || name === undefined)
    throw new ConfigError(`${text} is not of the form style=id:sn:name.`);
  if (!isPayStyle(style)) throw new ConfigError(`${style} is no way of paying. There are: ${payStyles.join(', ')}.`);
  return [style, { id: wholeNumber(id, 'payment'), sn, name }];
}

export async function shutShop(sn: string, { merchant }: { merchant: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    await shutVendingShop(ledger, merchantId, sn, person);
    say(`${sn} tells no more sales of its site.`);
  });
}

export async function checkShop(sn: string, { merchant, day }: { merchant: string; day?: string }): Promise<void> {
  if (day !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new ConfigError(`day must be such as 2026-01-31, not ${day}.`);
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    const { id: shopId } = await findOwnShop(ledger, merchantId, { sn });
    const days = await readBusinessDays(ledger, merchantId, shopId);
    for (const businessDay of day === undefined ? days : [day]) {
      const check = await checkDay(ledger, { merchantId, shopId, businessDay });
      await recordCheck(ledger, merchantId, shopId, check);
      sayCheck(check);
    }
    if (days.length === 0) say('It has no business day: polyvend shop open <site> opens it.');
  });
}

const money = (cents: number | null): string => (cents === null ? 'nothing' : (cents / 100).toFixed(2));

function sayCheck({ businessDay, closed, billsCents, handedOverCents, dayEndCents, differences, pending }: DayCheck): void {
  const end = closed ? `day end ${money(dayEndCents)}` : 'not closed';
  const verdict = differences.length === 0 ? 'agreed' : `${differences.length} differences`;
  say(`${businessDay}  bills ${money(billsCents)}  handed over ${money(handedOverCents)}  ${end}  ${verdict}`);
  for (const { between, subject, told, due, cause } of differences)
    say(`  ${between}, ${subject}: ${cause} (told ${money(told)}, should be ${money(due)})`);
  for (const { orderId, why } of pending) say(`  order ${orderId}: ${why}`);
}
