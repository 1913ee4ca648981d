/** A whole hub for tests: real PostgreSQL, real broker, real HTTP, virtual machines, and a clock that is told the time. */

export type { TestMachine, TestMachineKind, TestMachineOptions } from './add-test-machine.ts';
export { slotDraft } from './add-test-machine.ts';
export { checkConservation, type SlotBooks } from './check-conservation.ts';
export { type SignedCall, type TestIntegration, type TestTenant, testGoods } from './create-tenant.ts';
export type { DispenseCommand, HandMachine } from './hand-machine.ts';
export {
  announce,
  connectPacket,
  packetsOf,
  pingPacket,
  publishPacket,
  type RawConnection,
  rawConnection,
  subscribePacket,
  unsubscribePacket,
} from './raw-mqtt.ts';
export { type RawAnswer, type RawRequest, rawRequest } from './raw-request.ts';
export { startTestHub, type TestBroker, type TestHub, type TestHubOptions, testBroker } from './start-test-hub.ts';
export { until } from './until.ts';
