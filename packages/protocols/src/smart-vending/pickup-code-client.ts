import type { CodeChecked } from './schema.ts';
import { codeStatuses } from './schema.ts';
import { type ConnectionOptions, createTransport } from './transport.ts';

export { type BuiltCall, buildCall, type ConnectionOptions, readAnswer } from './transport.ts';

export type PickupCodeClient = ReturnType<typeof pickupCodeClient>;

/** What a platform asks the mall whose pickup code was typed at one of its machines. Throws SmartVendingError when the mall says FAIL. */
export function pickupCodeClient(options: ConnectionOptions) {
  const call = createTransport(options);
  return {
    check: (params: { code: string; assetId: string; goodsNum?: string }) => call<CodeChecked>('checkCode', params),
    /** Only once the goods fell. Repeat it until it succeeds: until then the code is unused at the mall. */
    use: async (params: { code: string }): Promise<void> => {
      await call('useCode', params);
    },
  };
}

/** Whether a mall's answer to a check lets the code be served: SUCCESS, and unused. codeStatus may be a number. */
export function mayServe(answer: { readonly result?: unknown; readonly codeStatus?: unknown }): boolean {
  return answer.result === 'SUCCESS' && String(answer.codeStatus) === codeStatuses.unused;
}
