import { AppstoreOutlined, DesktopOutlined, InboxOutlined } from '@ant-design/icons';
import { Tabs, Tag } from 'antd';
import { useParams, useSearchParams } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useMay, useSession } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded, Page } from '../../shared/page.tsx';
import { Handshake } from './handshake.tsx';
import { MachineEvents } from './machine-events.tsx';
import { MachineOverview } from './machine-overview.tsx';
import { MachineSettings } from './machine-settings.tsx';
import { useMachineText } from './machine-text.ts';
import './machines.css';
import { LinkButton } from '../../shared/link-button.tsx';
import { Missing } from '../../shared/missing.tsx';
import NotFound from '../not-found.tsx';
import { StatusDot } from './status-dot.tsx';
import { useText } from './text.ts';

export type Machine = Answer<'GET /machines/{machine}'>;

/** One machine: how it is, what happened to it, and what can be done with it. */
export default function MachinePage() {
  const text = useMachineText();
  const { machine: id = '' } = useParams();
  const machine = /^\d{1,15}$/.test(id) ? Number(id) : 0;
  const read = useRead(
    'GET /machines/{machine}',
    { params: { machine } },
    { live: ['machine', 'slot', 'stock', 'trade'], enabled: machine > 0 },
  );
  // No number is no machine, but a page that is not there, or not for them.
  if (machine === 0) return <NotFound />;
  if (read.error?.code === 'machine.unknown') return <Missing title={text('unknown')} to="/machines" back={text('toMachines')} />;
  return (
    <Page title={read.data?.name ?? ''} {...(read.data && { extra: <Links machine={read.data} /> })}>
      <Loaded read={read}>
        {(found) => (
          <>
            <Head machine={found} />
            <Parts key={found.id} machine={found} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Links({ machine: { id, upstream_integration_id: upstream } }: { machine: Machine }) {
  const text = useMachineText();
  const may = useMay();
  const { demo } = useSession();
  if (upstream !== null) return null;
  return (
    <>
      {demo && may('machines.command') && (
        <LinkButton to={`/machines/${id}/virtual`} icon={<DesktopOutlined />}>
          {text('virtual')}
        </LinkButton>
      )}
      <LinkButton to={`/machines/${id}/planogram`} icon={<AppstoreOutlined />}>
        {text('planogram')}
      </LinkButton>
      {may('stock.write') && (
        <LinkButton to={`/refill/${id}`} icon={<InboxOutlined />}>
          {text('refill')}
        </LinkButton>
      )}
    </>
  );
}

function Head({ machine }: { machine: Machine }) {
  const text = useMachineText();
  const listText = useText();
  const format = useFormat();
  const { site } = machine;
  const where = site ? [site.area_name, site.line_name, site.name].filter(Boolean).join(' · ') : text('noSite');
  return (
    <div className="machine-head">
      <span style={{ display: 'inline-flex', gap: 8, alignItems: 'center' }}>
        <StatusDot online={machine.online} operational={machine.operational} />
        {listText(machine.online ? 'online' : 'offline')}
      </span>
      {!machine.operational && <Tag style={{ margin: 0 }}>{listText('out-of-operation')}</Tag>}
      {machine.upstream_name !== null && <Tag style={{ margin: 0 }}>{text('of', { platform: machine.upstream_name })}</Tag>}
      <span className="soft">{machine.machine_no}</span>
      <span className="soft">{where}</span>
      <span className="soft" {...(machine.last_seen_at !== null && { title: format.time(machine.last_seen_at) })}>
        {listText('seen')}: {machine.last_seen_at === null ? listText('never') : format.ago(machine.last_seen_at)}
      </span>
    </div>
  );
}

/** What is not looked at asks for nothing. */
const destroyOnHidden = true;

function Parts({ machine }: { machine: Machine }) {
  const text = useMachineText();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const own = machine.upstream_integration_id === null;
  const items = [
    { key: 'overview', label: text('overview'), children: <MachineOverview machine={machine} />, destroyOnHidden },
    { key: 'events', label: text('events'), children: <MachineEvents machineId={machine.id} />, destroyOnHidden },
    ...(own ? [{ key: 'setup', label: text('setUp'), children: <Handshake machine={machine} />, destroyOnHidden }] : []),
    // What was typed there stays.
    ...(may('machines.write')
      ? [{ key: 'settings', label: text('settings'), children: <MachineSettings machine={machine} /> }]
      : []),
  ];
  const asked = params.get('tab');
  return (
    <Tabs
      activeKey={items.find(({ key }) => key === asked)?.key ?? 'overview'}
      onChange={(tab) => setParams(tab === 'overview' ? {} : { tab }, { replace: true })}
      items={items}
    />
  );
}
