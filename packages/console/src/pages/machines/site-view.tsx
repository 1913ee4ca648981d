import { EditOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Collapse, Empty, Flex, Pagination, Tag } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useMay, useSession } from '../../api/session.tsx';
import { Loaded } from '../../shared/page.tsx';
import { type Line, LineForm, type Site, SiteForm } from './place-forms.tsx';
import { StatusDot } from './status-dot.tsx';
import { useText } from './text.ts';

type Form = { line: Line | 'new' } | { site: Site | 'new'; lineId?: number };

/** By where they stand: areas, their lines, the sites on them, and a dot for each machine. */
export function SiteView() {
  const text = useText();
  const may = useMay();
  const { user } = useSession();
  const mayChange = may('machines.write') && !user.scoped;
  const read = useRead('GET /lines', {}, { every: 15_000 });
  const [form, setForm] = useState<Form>();
  return (
    <>
      {mayChange && (
        <Flex gap="small" wrap style={{ marginBottom: 12 }}>
          <Button icon={<PlusOutlined />} onClick={() => setForm({ site: 'new' })}>
            {text('addSite')}
          </Button>
          <Button icon={<PlusOutlined />} onClick={() => setForm({ line: 'new' })}>
            {text('addLine')}
          </Button>
        </Flex>
      )}
      <Loaded
        read={read}
        isEmpty={({ items }) => items.length === 0}
        empty={<Empty className="panel" image={Empty.PRESENTED_IMAGE_SIMPLE} description={text('noPlaces')} />}
      >
        {({ items }) => (
          <Collapse
            defaultActiveKey={items.slice(0, 3).map(keyOf)}
            items={items.map((line) => ({
              key: keyOf(line),
              label: <LineHead line={line} />,
              children: (
                <Sites
                  line={line}
                  {...(mayChange && { edit: (site: Site) => setForm({ site }) })}
                  {...(mayChange && line.id !== null && { editLine: () => setForm({ line }) })}
                />
              ),
            }))}
          />
        )}
      </Loaded>
      {form && 'line' in form && <LineForm line={form.line} close={() => setForm(undefined)} />}
      {form && 'site' in form && <SiteForm site={form.site} close={() => setForm(undefined)} />}
    </>
  );
}

const keyOf = ({ id }: Line): string => String(id ?? 0);

function LineHead({ line }: { line: Line }) {
  const text = useText();
  return (
    <span className="line-head">
      <span className="grow">
        {line.area_name !== '' && <span className="soft">{line.area_name} · </span>}
        <b>{line.id === null ? text('noLine') : line.name}</b>
        {line.description !== '' && <span className="soft"> {line.description}</span>}
      </span>
      <span className="soft">{text('sites', { count: line.sites })}</span>
      <Sums {...line} />
    </span>
  );
}

function Sums({ machines, online, troubled }: { machines: number; online: number; troubled: number }) {
  const text = useText();
  if (machines === 0) return <span className="soft">{text('noMachines')}</span>;
  return (
    <span style={{ display: 'inline-flex', gap: 8, flexWrap: 'wrap' }}>
      <span className="soft">{text('onlineOf', { online, count: machines })}</span>
      {troubled > 0 ? (
        <Tag color="orange" style={{ margin: 0 }}>
          {text('troubled', { count: troubled })}
        </Tag>
      ) : (
        <Tag color="green" style={{ margin: 0 }}>
          {text('allWell')}
        </Tag>
      )}
    </span>
  );
}

const sitesOfPage = 30;

function Sites({ line, edit, editLine }: { line: Line; edit?: (site: Site) => void; editLine?: () => void }) {
  const text = useText();
  const [page, setPage] = useState(1);
  const query = { line: line.id ?? 0, offset: (page - 1) * sitesOfPage, limit: sitesOfPage };
  const read = useRead('GET /sites', { query }, { every: 15_000 });
  const unplaced = line.id === null && line.machines > 0;
  return (
    <>
      {editLine && (
        <Button size="small" type="text" icon={<EditOutlined />} onClick={editLine} style={{ marginBottom: 4 }}>
          {text('editLine')}
        </Button>
      )}
      <Loaded
        read={read}
        isEmpty={({ items }) => items.length === 0}
        empty={
          unplaced ? (
            <Link to="/machines?site=0">
              {text('noSite')}: {text('count', { count: line.machines })}
            </Link>
          ) : (
            <span className="soft">{text('noSites')}</span>
          )
        }
      >
        {({ items, total }) => (
          <>
            {items.map((site) => (
              <SiteRow
                key={site.id}
                site={site}
                {...(edit && site.upstream_integration_id === null && { edit: () => edit(site) })}
              />
            ))}
            {total > sitesOfPage && (
              <Pagination
                size="small"
                align="end"
                current={page}
                pageSize={sitesOfPage}
                total={total}
                showSizeChanger={false}
                onChange={setPage}
              />
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

function SiteRow({ site, edit }: { site: Answer<'GET /sites'>['items'][number]; edit?: () => void }) {
  const text = useText();
  const hidden = site.machines - site.dots.length;
  return (
    <div className="site-row">
      <div>
        <Link to={`/machines?site=${site.id}`}>{site.name}</Link>
        <div className="soft">{[site.number, site.address].filter(Boolean).join(' · ')}</div>
      </div>
      <Sums {...site} />
      <div className="site-dots">
        {site.dots.map((dot) => (
          <Link
            key={dot.id}
            to={`/machines/${dot.id}`}
            aria-label={`${dot.name} ${dot.machine_no}`}
            title={`${dot.name} · ${dot.machine_no}`}
          >
            <StatusDot online={dot.online} operational={dot.operational} troubled={dot.troubled} />
          </Link>
        ))}
        {hidden > 0 && <span className="soft">{text('more', { count: hidden })}</span>}
      </div>
      {edit ? (
        <Button type="text" icon={<EditOutlined />} aria-label={`${text('editSite')} ${site.name}`} onClick={edit} />
      ) : (
        <span />
      )}
    </div>
  );
}
