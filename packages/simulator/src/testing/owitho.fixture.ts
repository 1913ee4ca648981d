import type { MachineLayout } from '@polyvend/protocols/owitho';
import { createOwithoPlatform, type OwithoPlatformOptions } from '../owitho/create-platform.ts';
import { createThirdParty, type ThirdPartyOptions } from '../owitho/create-third-party.ts';

export const account = { appId: '4cdbc040657a4847b2667e31d9e2c3d9', secretKey: 'fresh' };

/** A machine of so many slots, each full, a product each at 2.00. */
export function machineOf(machineCode: string, slots = 3, stock = 10): MachineLayout {
  const slotList = Array.from({ length: slots }, (_, index) => ({
    slotNum: String(index + 1).padStart(2, '0'),
    row: 1,
    col: index + 1,
    skuCode: `sku${index + 1}`,
    skuName: `可乐 ${index + 1}`,
    originalPrice: 250,
    actualPrice: 200,
    maxInventory: stock,
    currentInventory: stock,
    slotStatus: 0,
  }));
  return { machineCode, machineStatus: 10, slotList };
}

/** Both sides, told of each other, with times that a test can wait for. */
export async function startOwitho(
  changes: { platform?: Partial<OwithoPlatformOptions>; third?: Partial<ThirdPartyOptions> } = {},
) {
  const platform = await createOwithoPlatform({
    apps: [account],
    ...changes.platform,
    behaviour: {
      retryMs: 10,
      noticeMs: 45_000,
      callbackMs: 45_000,
      queryMs: 20,
      giveUpMs: 90_000,
      ...changes.platform?.behaviour,
    },
  });
  const third = await createThirdParty({
    ...account,
    platformUrl: platform.baseUrl,
    machines: [machineOf('M1')],
    ...changes.third,
    behaviour: { dispenseMs: [0, 2], retryMs: 10, lateMs: 800, ...changes.third?.behaviour },
  });
  platform.register({ ...account, thirdUrl: third.baseUrl });
  return {
    platform,
    third,
    async stop() {
      await platform.close();
      await third.close();
    },
  };
}
