import { MachinePush } from './machines.ts';
import { RefillPush } from './refills.ts';
import { StatusPush } from './status.ts';
import { TradePush } from './trades.ts';

/** What a platform sends to a customer's URLs; each may go to a URL of its own, prizes (payStyle 8) too. */
export const pushes = {
  machine: { fields: MachinePush, summary: '设备创建通知' },
  trade: { fields: TradePush, summary: '交易通知' },
  prize: { fields: TradePush, summary: '中奖数据' },
  status: { fields: StatusPush, summary: '售货机状态通知' },
  refill: { fields: RefillPush, summary: '补货通知' },
} as const;
export type PushName = keyof typeof pushes;

/** Whether a push was received: any 2xx, and for a refill `"result":"SUCCESS"` in the answer as well. */
export function pushReceived(push: PushName, status: number, body: string): boolean {
  if (status < 200 || status > 299) return false;
  if (push !== 'refill') return true;
  try {
    return (JSON.parse(body) as { result?: unknown } | null)?.result === 'SUCCESS';
  } catch {
    return false;
  }
}
