import { readFile } from 'node:fs/promises';
import { ConfigError } from '../config.ts';
import { pictureUrl } from '../ledger/catalog/picture-url.ts';
import { putPicture } from '../ledger/catalog/put-picture.ts';
import { listListings } from '../ledger/listings/list-listings.ts';
import { putListing } from '../ledger/listings/put-listing.ts';
import { removeListing } from '../ledger/listings/remove-listing.ts';
import { setOffers } from '../ledger/listings/set-offers.ts';
import { isOn, merchantNamed, person, say, wholeNumber } from './arguments.ts';
import { withLedger } from './open-ledger.ts';

interface OfMerchant {
  merchant: string;
}

export async function putPictureFile(goodsNumber: string, path: string, { merchant }: OfMerchant): Promise<void> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new ConfigError(`${path} cannot be read: ${error.message}`);
  });
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    const picture = await putPicture(ledger, { merchantId, goodsNumber, bytes, cause: person });
    say(pictureUrl(ledger, { picture, pictureUrl: null }));
  });
}

export async function showListings({ merchant, integration }: OfMerchant & { integration?: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const { id } = await merchantNamed(ledger, merchant);
    const integrationId = integration === undefined ? undefined : wholeNumber(integration, 'integration');
    const listings = await listListings(ledger, id, integrationId);
    for (const { machineNo, slots, ...listing } of listings) {
      say(`integration ${listing.integrationId}  machine ${machineNo}  ${terms(listing)}`);
      for (const { slotName, ...slot } of slots) say(`    slot ${slotName}  ${terms(slot)}`);
    }
    if (listings.length === 0) say('Nothing is listed.');
  });
}

interface Terms {
  offered: boolean;
  heldBackPercent: number | null;
  priceCents: number | null;
}

function terms({ offered, heldBackPercent, priceCents }: Terms): string {
  if (!offered) return 'not offered';
  const held = heldBackPercent === null ? '' : `  ${heldBackPercent} % held back`;
  return `offered${held}${priceCents === null ? '' : `  at ${(priceCents / 100).toFixed(2)}`}`;
}

export async function put(
  integration: string,
  machineNo: string,
  slotName: string | undefined,
  { merchant, heldBack, price, offered }: OfMerchant & { heldBack?: string; price?: string; offered?: string },
): Promise<void> {
  const integrationId = wholeNumber(integration, 'integration');
  const change = {
    ...(offered !== undefined && { offered: isOn(offered, 'offered') }),
    ...(heldBack !== undefined && { heldBackPercent: wholeNumber(heldBack, 'held-back') }),
    ...(price !== undefined && { priceCents: price === 'own' ? null : wholeNumber(price, 'price') }),
  };
  const slots = slotName === undefined ? [] : [{ slotName, offered: true, heldBackPercent: null, priceCents: null, ...change }];
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    const whole = slotName === undefined ? change : {};
    await putListing(ledger, { merchantId, integrationId, machineNo, ...whole, slots, cause: person });
    say('Listed.');
  });
}

export async function remove(
  integration: string,
  machineNo: string,
  slotName: string | undefined,
  { merchant }: OfMerchant,
): Promise<void> {
  const integrationId = wholeNumber(integration, 'integration');
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    const removed = await removeListing(ledger, { merchantId, integrationId, machineNo, slotName, cause: person });
    say(removed ? 'Removed.' : 'It was not listed.');
  });
}

export async function offers(integration: string, which: string, { merchant }: OfMerchant): Promise<void> {
  if (which !== 'all' && which !== 'listed') throw new ConfigError(`Which must be all or listed, not ${which}.`);
  const integrationId = wholeNumber(integration, 'integration');
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    await setOffers(ledger, { merchantId, integrationId, offers: which, cause: person });
    say('Set.');
  });
}
