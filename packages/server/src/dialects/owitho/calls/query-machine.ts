import { readMachineRef, writeMachineLayout } from '@polyvend/protocols/owitho';
import { layoutOf } from '../map/layout.ts';
import type { Handler } from './call.ts';

/** What a machine that is listed there holds and may sell now. Refuses machine.unknown. */
export const queryMachine: Handler = async ({ ledger, integration, data }) =>
  writeMachineLayout(await layoutOf(ledger, integration, readMachineRef(data).machineCode));
