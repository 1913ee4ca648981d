import { Alert } from 'antd';
import { useFormat } from '../../shared/format.ts';
import MachineActions from './commands/machine-actions.tsx';
import type { Machine } from './machine.tsx';
import { MachineFacts } from './machine-facts.tsx';
import { useMachineText } from './machine-text.ts';
import { OnlineStrip } from './online-strip.tsx';
import { SlotGrid } from './slot-grid.tsx';
import { Telemetry } from './telemetry.tsx';

/** How a machine is: its slots, what it reads, what it says of itself, and what it was told to do. */
export function MachineOverview({ machine }: { machine: Machine }) {
  return (
    <>
      <Faults machine={machine} />
      <div className="machine-grid">
        <div>
          <SlotGrid machine={machine} />
          <Telemetry machineId={machine.id} />
          <OnlineStrip machineId={machine.id} />
        </div>
        <div>
          <MachineFacts machine={machine} />
          {machine.upstream_integration_id === null && (
            <MachineActions machineId={machine.id} machineNo={machine.machine_no} online={machine.online} />
          )}
        </div>
      </div>
    </>
  );
}

/** What is wrong with the machine as a whole; what is wrong with a slot stands with the slot. */
function Faults({ machine: { condition } }: { machine: Machine }) {
  const text = useMachineText();
  const format = useFormat();
  if (condition.faults.length === 0) return null;
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBottom: 16 }}
      title={text('faults')}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 18 }}>
          {condition.faults.map(({ cabinet, fault, since }) => (
            <li key={`${cabinet} ${fault}`}>
              <code>{fault}</code> {cabinet} <span className="soft">{text('since', { time: format.time(since) })}</span>
            </li>
          ))}
        </ul>
      }
    />
  );
}
