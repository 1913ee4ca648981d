import { writeFile } from 'node:fs/promises';
import { ConfigError, readConfig } from '../config.ts';
import { dialect, role } from '../dialects/gobox/index.ts';
import { createBooks as makeBooks } from '../integrations/create-books.ts';
import { IntegrationMistake } from '../integrations/find-role.ts';
import { type BookTokenKind, issueBookToken, revokeBookTokens } from '../ledger/books/book-tokens.ts';
import { changeSetOfBooks, type SetOfBooksChange } from '../ledger/books/change-set-of-books.ts';
import { type CheckedOrder, checkDay } from '../ledger/books/check-day.ts';
import { isImportProblem } from '../ledger/books/import-state.ts';
import { listKeptBills, markExported, withdrawBill } from '../ledger/books/keep-bill.ts';
import { listProblems } from '../ledger/books/list-problems.ts';
import { listOwnMachines, setOwnMachine } from '../ledger/books/own-machines.ts';
import { rerunImports } from '../ledger/books/rerun-imports.ts';
import { listSetsOfBooks, ownSource, type SetOfBooks } from '../ledger/books/set-of-books.ts';
import { ledgerErrors } from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createNeighbours, neighbourHttp } from '../neighbours/index.ts';
import { writeBills } from '../neighbours/write-bills.ts';
import { checkUrl, guardedHttp } from '../notifications/index.ts';
import { isOn, merchantNamed, person, say, wholeNumber } from './arguments.ts';
import { withLedger } from './open-ledger.ts';

export type Options = Readonly<Record<string, string | undefined>>;

export async function createBooks(number: string, options: Options): Promise<void> {
  const { merchant = '', timeZone, autoImport = 'off' } = options;
  const names = ['erp', 'erpUrl', 'erpKey', 'source', 'sourceUrl', 'userName', 'appKey'];
  const told = Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
  const given = {
    ...{ ...told, number, autoImport: String(isOn(autoImport, 'auto-import')) },
    ...(timeZone !== undefined && { timeZone }),
  };
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    const made = await makeBooks(ledger, { merchantId, name: '', dialect, role, given, by: 'operator' }).catch(
      (error: unknown) => {
        throw error instanceof IntegrationMistake ? new ConfigError(error.message) : error;
      },
    );
    const tokens = Object.entries(made.told).map(
      ([kind, token]) => `${kind.padEnd(14)} ${token}   (told once, holds for a year)`,
    );
    say(`set of books ${number}: id ${made.setId}, integration ${made.id}\n${tokens.join('\n')}`);
  });
}

export async function setBooks(number: string, options: Options): Promise<void> {
  const { appKey, userName, erpKey } = options;
  const change: SetOfBooksChange = {
    ...(options.autoImport !== undefined && { autoImport: isOn(options.autoImport, 'auto-import') }),
    ...(erpKey !== undefined && { erpKey }),
    ...(options.erpUrl !== undefined && { erpUrl: address(options.erpUrl, 'erp-url', true) }),
    ...(options.sourceUrl !== undefined && { sourceUrl: address(options.sourceUrl, 'source-url', true) }),
    ...(appKey !== undefined && { sourceKey: appKey }),
    ...(userName !== undefined && { sourceUserName: userName }),
  };
  if (Object.keys(change).length === 0) throw new ConfigError('Nothing to set: give one of the options.');
  await withSet(number, options, async (ledger, set) => {
    await changeSetOfBooks(ledger, set.merchantId, set.id, change, 'operator', person);
    say('Set.');
  });
}

export async function newToken(number: string, kind: string, options: Options): Promise<void> {
  if (kind !== 'sender' && kind !== 'user' && kind !== 'administrator') {
    throw new ConfigError(`kind must be sender, user or administrator, not ${kind}.`);
  }
  const days = wholeNumber(options.days ?? '365', 'days');
  await withSet(number, options, async (ledger, { merchantId, id: setId }) => {
    const replaced =
      options.replace === undefined ? 0 : await revokeBookTokens(ledger, merchantId, setId, kind satisfies BookTokenKind);
    const userName = options.name ?? kind;
    const { token, expiresAt } = await issueBookToken(ledger, { merchantId, setId, kind, userName, seconds: days * 86_400 });
    say(
      `${token}   (told once, holds until ${expiresAt.toISOString()})${replaced > 0 ? `\n${replaced} earlier ones count no more` : ''}`,
    );
  });
}

export async function machinesOf(number: string, options: Options): Promise<void> {
  const { machine, devId } = options;
  if ((machine === undefined) !== (devId === undefined)) throw new ConfigError('Give --machine and --dev-id, or neither.');
  await withSet(number, options, async (ledger, { merchantId, id: setId, source }) => {
    if (source.kind !== ownSource) throw new ConfigError(`The orders of ${number} are not those of the hub's own machines.`);
    if (machine !== undefined && devId !== undefined) {
      const to = devId === 'none' ? null : wholeNumber(devId, 'dev-id');
      await setOwnMachine(ledger, { merchantId, setId, machineNo: machine, devId: to });
    }
    for (const one of await listOwnMachines(ledger, merchantId, setId)) {
      say(`${one.machineNo.padEnd(20)}  dev_id ${String(one.devId ?? 'none').padEnd(6)}  ${one.name}`);
    }
  });
}

export async function showProblems(number: string, options: Options): Promise<void> {
  await withSet(number, options, async (ledger, set) => {
    const groups = await listProblems(ledger, set.merchantId, set.id);
    for (const { problem, subject, kind, orders, amountCents, oldest, nextTry, transIds } of groups) {
      const { message, remedy } = ledgerErrors[problem];
      say(
        `${kind === 'person' ? 'needs a person' : 'is tried again'}  ${problem} ${subject}  ${orders} orders, ${yuan(amountCents)}`,
      );
      say(`  ${message} ${remedy}`);
      say(
        `  oldest ${oldest.toISOString()}, next try ${nextTry?.toISOString() ?? 'when it is mended'}, e.g. ${transIds.join(', ')}`,
      );
    }
    if (groups.length === 0) say('Nothing waits.');
  });
}

export async function retry(number: string, options: Options): Promise<void> {
  const { problem, subject } = options;
  if (problem !== undefined && !isImportProblem(problem)) throw new ConfigError(`${problem} is no problem of imports.`);
  await withSet(number, options, async (ledger, { merchantId, id: setId }) => {
    const what = { merchantId, setId, ...(problem !== undefined && { problem }), ...(subject !== undefined && { subject }) };
    say(`${await rerunImports(ledger, what)} orders are due again.`);
  });
}

export async function check(number: string, options: Options): Promise<void> {
  const day = dayNamed(options.day);
  const http = guardedHttp({ ...neighbourHttp, allow: readConfig(process.env).allowPrivate });
  try {
    await withSet(number, options, async (ledger, set) => {
      const found = await checkDay(ledger, createNeighbours(ledger, http), set, day);
      if (options.json !== undefined) return say(JSON.stringify(found, null, 2));
      say(`${set.number} ${day}: ${found.agreed} agree (${yuan(found.agreedCents)}), ${found.waiting} not imported yet`);
      const tell = (title: string, orders: CheckedOrder[]) => {
        for (const { transId, totalCents, billCode, billCents } of orders) {
          say(
            `${title}  ${transId}  ${yuan(totalCents)}  bill ${billCode}${billCents === undefined ? '' : ` says ${yuan(billCents)}`}`,
          );
        }
      };
      tell('missing in the ERP', found.missing);
      tell('different', found.different);
      tell('refunded after import', found.refunded);
      for (const { code, key, totalCents } of found.surplus) say(`bill without order  ${code}  ${key}  ${yuan(totalCents)}`);
      if (found.missing.length + found.different.length + found.surplus.length > 0) process.exitCode = 1;
    });
  } finally {
    await http.close();
  }
}

export async function exportBills(number: string, output: string, options: Options): Promise<void> {
  const format = /\.(csv|xlsx)$/i.exec(output)?.[1]?.toLowerCase();
  if (format !== 'csv' && format !== 'xlsx') throw new ConfigError(`The file must end in .csv or .xlsx, not ${output}.`);
  const day = dayNamed(options.day);
  await withSet(number, options, async (ledger, set) => {
    if (set.erp.kind !== 'file') throw new ConfigError(`The bills of ${set.number} are in its ERP already.`);
    const bills = await listKeptBills(ledger, set, { day });
    await writeFile(output, await writeBills(bills, format, set.timeZone));
    await markExported(
      ledger,
      set,
      bills.map(({ id }) => id),
    );
    const again = bills.filter(({ exportedAt }) => exportedAt !== null).length;
    say(`${bills.length} bills of ${day} in ${output}${again > 0 ? `; ${again} of them were in a file before` : ''}.`);
  });
}

export async function withdraw(number: string, transId: string, options: Options): Promise<void> {
  await withSet(number, options, async (ledger, set) => {
    if (!(await withdrawBill(ledger, set, transId)))
      throw new ConfigError(`There is no bill of ${transId} that waits for a file.`);
    say('Withdrawn: its order can be reset.');
  });
}

async function withSet(
  number: string,
  { merchant = '' }: Options,
  work: (ledger: Ledger, set: SetOfBooks) => Promise<void>,
): Promise<void> {
  await withLedger(async (ledger) => {
    const { id } = await merchantNamed(ledger, merchant);
    const sets = await listSetsOfBooks(ledger, id);
    const set = sets.find((one) => one.number === number);
    if (!set) {
      throw new ConfigError(
        `Merchant ${id} has no set of books ${number}. It has: ${sets.map((one) => one.number).join(', ') || 'none'}.`,
      );
    }
    await work(ledger, set);
  });
}

function address(text: string | undefined, name: string, required: boolean): string {
  if (text === undefined || text === '') {
    if (required) throw new ConfigError(`${name} is required.`);
    return '';
  }
  const checked = checkUrl(text, { allow: 'any' });
  if (!checked.ok) throw new ConfigError(`${name} is ${checked.reason}.`);
  return text;
}

function dayNamed(day = ''): string {
  const time = new Date(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(time.getTime()) || !time.toISOString().startsWith(day)) {
    throw new ConfigError(`day must be a date such as 2026-01-31, not ${day}.`);
  }
  return day;
}

const yuan = (cents: number): string => (cents / 100).toFixed(2);
