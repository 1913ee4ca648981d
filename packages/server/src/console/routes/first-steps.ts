import { Type } from 'typebox';
import { readFirstSteps } from '../../ledger/merchants/read-first-steps.ts';
import { reading } from '../route.ts';
import { Id, Nullable } from '../shapes.ts';
import { toWire } from '../to-wire.ts';

export const firstStepRoutes = {
  'GET /first-steps': reading({
    summary: 'What is done of what comes before the first sale',
    needs: 'machines.read',
    shape: {
      answer: Type.Object({
        goods: Type.Boolean(),
        machine_id: Nullable(Id),
        planogram: Type.Boolean({ description: 'Some slot has a good' }),
        stock: Type.Boolean({ description: 'Something lies in some slot' }),
        ...{ integration: Type.Boolean(), sale: Type.Boolean() },
      }),
    },
    handle: async ({ ledger, merchantId, caller }) =>
      toWire(await readFirstSteps(ledger, { merchantId, machineIds: caller.machineIds ?? null })),
  }),
};
