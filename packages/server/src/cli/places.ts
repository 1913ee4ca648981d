import { ConfigError } from '../config.ts';
import { listLines } from '../ledger/places/list-lines.ts';
import { listSites } from '../ledger/places/list-sites.ts';
import { placeMachine } from '../ledger/places/place-machine.ts';
import { putLine } from '../ledger/places/put-line.ts';
import { putSite } from '../ledger/places/put-site.ts';
import { merchantNamed, person, say } from './arguments.ts';
import { withLedger } from './open-ledger.ts';

interface OfMerchant {
  merchant: string;
}

export async function placeAt(machineNo: string, site: string | undefined, { merchant }: OfMerchant): Promise<void> {
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    await placeMachine(ledger, { merchantId, machineNo, siteNumber: site ?? null, cause: person });
    say(site === undefined ? 'It stands nowhere.' : `It stands at ${site}.`);
  });
}

export async function putLineNamed(
  name: string,
  { merchant, area, description }: OfMerchant & { area?: string; description?: string },
): Promise<void> {
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    await putLine(ledger, { merchantId, name, area, description });
    say(`line ${name}`);
  });
}

export async function showLines({ merchant, area }: OfMerchant & { area?: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    const { lines } = await listLines(ledger, { merchantId, areaName: area });
    for (const { name, areaName, description } of lines) say(`${name}  area ${areaName || '-'}  ${description}`);
    if (lines.length === 0) say('There are none.');
  });
}

export async function putSiteNumbered(
  number: string,
  name: string,
  { merchant, line, address, longitude, latitude }: OfMerchant & Record<string, string>,
): Promise<void> {
  const at = {
    ...(longitude !== undefined && { longitude: degrees(longitude, 'longitude', 180) }),
    ...(latitude !== undefined && { latitude: degrees(latitude, 'latitude', 90) }),
  };
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    await putSite(ledger, { merchantId, number, name, line, address, ...at });
    say(`site ${number}`);
  });
}

function degrees(text: string, name: string, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(Math.abs(value) <= most)) throw new ConfigError(`${name} must be between -${most} and ${most} degrees, not ${text}.`);
  return value;
}

export async function showSites({ merchant, line, area }: OfMerchant & { line?: string; area?: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    const { sites } = await listSites(ledger, { merchantId, lineName: line, areaName: area });
    for (const one of sites) {
      const where = [one.areaName, one.lineName].filter(Boolean).join(' / ');
      say(`${one.siteNumber}  ${one.siteName}  machine ${one.machineNo}  ${one.online ? 'online ' : 'offline'}  ${where}`);
    }
    if (sites.length === 0) say('No machine stands at a site.');
  });
}
