import { codes, type ErrorName } from '@polyvend/protocols/active-order';
import { codes as owithoCodes } from '@polyvend/protocols/owitho';
import { codes as qianHubCodes } from '@polyvend/protocols/qianhub';
import { codes as smartVendingCodes } from '@polyvend/protocols/smart-vending';
import { program } from '../../packages/server/src/cli/program.ts';
import { settings } from '../../packages/server/src/config.ts';
import { wordError } from '../../packages/server/src/dialects/active-order/errors.ts';
import { wordProblem } from '../../packages/server/src/dialects/gobox/errors.ts';
import { LedgerError, type LedgerErrorCode, ledgerErrors } from '../../packages/server/src/ledger/errors.ts';
import { createMetrics } from '../../packages/server/src/metrics.ts';
import { describeCommands } from './describe-commands.ts';
import { type Blocks, table } from './fill-blocks.ts';

/** The pages that say what the code says, and what it says. */
export const pages: Readonly<Record<string, Blocks>> = {
  'docs/configuration.md': { settings: settingsTable() },
  'docs/errors.md': {
    catalogue: errorTable(),
    'active-order': activeOrderTable(),
    'smart-vending': smartVendingTable(),
    qianhub: qianHubTable(),
    owitho: owithoTable(),
  },
  'docs/cli.md': { commands: describeCommands(program) },
  'docs/operating.md': { metrics: metricsTable() },
};

function settingsTable(): string {
  const rows = Object.entries(settings).map(([name, { default: value, meaning }]) => [
    `\`${name}\``,
    value === '' ? '' : `\`${value}\``,
    meaning,
  ]);
  return table(['setting', 'without it', 'meaning'], rows);
}

/** The catalogue, and beside each error how a dialect says it. */
function errorTable(): string {
  const rows = Object.entries(ledgerErrors).map(([code, { message, remedy }]) => {
    const worded = wordError(new LedgerError(code as LedgerErrorCode));
    if (!worded) throw new Error(`active-order has no word for ${code}`);
    return [
      `\`${code}\``,
      message,
      remedy,
      `${worded.answer.code}`,
      `${worded.status}`,
      worded.answer.message,
      wordProblem(code as LedgerErrorCode, ''),
    ];
  });
  return table(['error', 'message', 'what to do', 'active order: code', 'HTTP', 'message there', 'order import'], rows);
}

function activeOrderTable(): string {
  const rows = (Object.keys(codes) as ErrorName[]).map((name) => {
    const { code, status, message } = codes[name];
    return [`${code}`, `${status}`, message, `\`${name}\``];
  });
  return table(['code', 'HTTP', 'message', 'name in `@polyvend/protocols`'], rows);
}

function smartVendingTable(): string {
  const rows = Object.entries(smartVendingCodes).map(([name, { code, message }]) => [`${code}`, message, `\`${name}\``]);
  return table(['errorCode', 'error', 'name in `@polyvend/protocols`'], rows);
}

function qianHubTable(): string {
  const rows = Object.entries(qianHubCodes).map(([name, { code, message }]) => [`${code}`, message, `\`${name}\``]);
  return table(['error_code', 'message', 'name in `@polyvend/protocols`'], rows);
}

function owithoTable(): string {
  const rows = Object.entries(owithoCodes).map(([name, { code, msg }]) => [`${code}`, msg, `\`${name}\``]);
  return table(['code', 'msg', 'name in `@polyvend/protocols`'], rows);
}

function metricsTable(): string {
  const { registry } = createMetrics();
  const own = registry.getMetricsAsArray().filter(({ name }) => name.startsWith('polyvend_'));
  const rows = own.map((metric) => {
    const { name, help, type, labelNames } = metric as typeof metric & { labelNames: string[] };
    return [`\`${name}\``, `${type}`, labelNames.map((label) => `\`${label}\``).join(', '), help];
  });
  return table(['metric', 'type', 'labels', 'meaning'], rows);
}
