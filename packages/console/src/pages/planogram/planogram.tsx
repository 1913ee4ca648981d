import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { Loaded, Page } from '../../shared/page.tsx';
import { useAskBeforeLeaving } from '../../shared/unsaved.ts';
import { CopyDrawer } from './copy-drawer.tsx';
import { noDraft, slotsOf } from './draft.ts';
import { LayoutTab } from './layout-tab.tsx';
import './planogram.css';
import { LinkButton } from '../../shared/link-button.tsx';
import { ReportedTab } from './reported-tab.tsx';
import { useText } from './text.ts';

/** A machine as it looks: what lies where, at which price. */
export default function PlanogramPage() {
  const machine = Number(useParams().machine);
  // A draft is of one machine.
  return <Planogram key={machine} machine={machine} />;
}

function Planogram({ machine }: { machine: number }) {
  const text = useText();
  const may = useMay();
  const live = ['planogram', 'stock', 'slot', 'dispense', 'order', 'goods'];
  const read = useRead('GET /machines/{machine}/planogram', { params: { machine } }, { live });
  const [draft, setDraft] = useState(noDraft);
  const [copying, setCopying] = useState(false);
  useAskBeforeLeaving(draft.changes.size > 0);
  const mayWrite = may('planogram.write');
  const name = read.data ? ` · ${read.data.machine_name}` : '';
  return (
    <Page
      title={`${text('title')}${name}`}
      extra={
        <>
          <LinkButton to={`/machines/${machine}`}>{text('machine')}</LinkButton>
          {mayWrite && read.data?.own && <Button onClick={() => setCopying(true)}>{text('copy')}</Button>}
        </>
      }
    >
      <Loaded read={read} isEmpty={(planogram) => slotsOf(planogram).length === 0} empty={text('noSlots')}>
        {(planogram) => (
          <>
            {!planogram.own && <p className="soft">{text('foreign')}</p>}
            {planogram.own && !mayWrite && <p className="soft">{text('readOnly')}</p>}
            <Tabs
              items={[
                {
                  key: 'layout',
                  label: text('layout'),
                  children: (
                    <LayoutTab planogram={planogram} draft={draft} setDraft={setDraft} editable={planogram.own && mayWrite} />
                  ),
                },
                { key: 'reported', label: text('reported'), children: <ReportedTab planogram={planogram} /> },
              ]}
            />
            {copying && <CopyDrawer machine={machine} isPending={draft.changes.size > 0} close={() => setCopying(false)} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}
