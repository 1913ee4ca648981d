import { Alert, Button, Flex, Form, Input, Tag } from 'antd';
import { useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useChange, useRead } from '../../api/hooks.ts';
import { useSession } from '../../api/session.tsx';
import { Loaded, Page } from '../../shared/page.tsx';
import { ControlPanel } from './control-panel.tsx';
import { type FrontSlot, MachineFront } from './machine-front.tsx';
import { MessageLog } from './message-log.tsx';
import { useText } from './text.ts';
import { Tray } from './tray.tsx';
import { type Drop, useFeed } from './use-feed.ts';
import './virtual-machine.css';

/** A machine of the demo, to be seen and touched; all that it does passes over real MQTT. */
export default function VirtualMachine() {
  const { machine = '' } = useParams();
  const { demo } = useSession();
  const text = useText();
  const machineId = Number(machine);
  const live = ['slot', 'stock', 'dispense', 'order', 'trade', 'pickup-code', 'machine', 'planogram', 'listing', 'goods'];
  const read = useRead('GET /demo/machines/{machine}', { params: { machine: machineId } }, { live, enabled: demo });
  const connected = read.data?.connected ?? false;
  return (
    <Page
      title={text('title', { no: read.data?.machine_no ?? '' })}
      extra={<Link to={`/machines/${machineId}`}>{text('back')}</Link>}
    >
      {demo ? (
        <Loaded read={read}>
          {(front) =>
            front.running ? (
              <Running machineId={machineId} slots={front.slots} name={front.name} connected={connected} />
            ) : (
              <StartOne machineId={machineId} />
            )
          }
        </Loaded>
      ) : (
        <Alert type="info" showIcon title={text('noDemo')} />
      )}
    </Page>
  );
}

interface RunningProps {
  machineId: number;
  name: string;
  slots: readonly FrontSlot[];
  connected: boolean;
}

function Running({ machineId, name, slots: known, connected }: RunningProps) {
  const text = useText();
  const [chosen, setChosen] = useState<number>();
  const [fallen, setFallen] = useState<readonly (Drop & { slot: FrontSlot })[]>([]);
  const lanes = useRef(new Map<number, HTMLButtonElement>());
  const { messages, steel } = useFeed(machineId, true, (drop) => {
    const slot = known.find(({ addr, code }) => addr === drop.addr && code === drop.code);
    if (slot) setFallen((before) => [...before, { ...drop, slot }].slice(-4));
  });
  const slots = known.map((slot) => {
    const own = steel?.slots.find(({ addr, code }) => addr === slot.addr && code === slot.code);
    return own ? { ...slot, physical: { stock: own.stock, status: own.status } } : slot;
  });
  const isOn = steel?.connected ?? connected;
  const power = useChange('POST /demo/machines/{machine}/power', { makesOld: ['GET /demo'] });
  return (
    <div className="vm">
      <div className={isOn ? 'vm-case' : 'vm-case vm-dark'}>
        <Flex justify="space-between" align="center" gap="small" className="vm-head">
          <span>{name}</span>
          <Flex align="center" gap="small">
            <Tag color={isOn ? 'success' : 'default'}>{text(isOn ? 'on' : 'off')}</Tag>
            <Button
              size="small"
              loading={power.isPending}
              onClick={() => power.mutate({ params: { machine: machineId }, body: { on: !isOn } })}
            >
              {text(isOn ? 'powerOff' : 'powerOn')}
            </Button>
          </Flex>
        </Flex>
        <div className="vm-inside">
          <MachineFront
            slots={slots}
            selected={chosen}
            select={({ id }) => setChosen(id)}
            laneRef={(id) => (element) => {
              if (element) lanes.current.set(id, element);
              else lanes.current.delete(id);
            }}
          />
          <ControlPanel machineId={machineId} slot={slots.find(({ id }) => id === chosen)} connected={isOn} />
        </div>
        <Tray fallen={fallen} from={(id) => lanes.current.get(id)} take={() => setFallen([])} />
      </div>
      <MessageLog messages={messages} slots={slots} />
    </div>
  );
}

/** For a machine that was added after the demo began. */
function StartOne({ machineId }: { machineId: number }) {
  const text = useText();
  const connect = useChange('POST /demo/machines/{machine}/connect', { makesOld: ['GET /demo'] });
  return (
    <section className="panel vm-start">
      <Alert type="info" showIcon title={text('notRunning')} description={text('notRunningWhy')} />
      <Form<{ password: string }>
        layout="vertical"
        requiredMark={false}
        onFinish={({ password }) =>
          connect.mutate({ params: { machine: machineId }, body: { broker_password: password.trim() } })
        }
      >
        <Form.Item name="password" label={text('brokerPassword')} rules={[{ required: true }]}>
          <Input.Password autoComplete="off" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={connect.isPending}>
          {text('start')}
        </Button>
      </Form>
    </section>
  );
}
