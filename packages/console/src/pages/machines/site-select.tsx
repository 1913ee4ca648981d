import { PlusOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useRead } from '../../api/hooks.ts';
import { useMachineText } from './machine-text.ts';
import { SiteForm } from './place-forms.tsx';

interface Known {
  id: number;
  name: string;
}

/** One of our own sites, found by typing, or a new one. */
export function SiteSelect({
  known,
  value,
  onChange,
  id,
}: {
  known?: Known;
  value?: number;
  onChange?: (value: number | undefined) => void;
  /** By which the form's label finds it. */
  id?: string;
}) {
  const text = useMachineText();
  const [typed, setTyped] = useState('');
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<Known>();
  const asked = useDeferredValue(typed);
  const read = useRead('GET /sites', { query: { limit: 30, ...(asked !== '' && { text: asked }) } });
  const found = (read.data?.items ?? []).filter(({ upstream_integration_id: upstream }) => upstream === null);
  const options = new Map(
    [...[known, made].filter((one) => one !== undefined), ...found].map((site) => [
      site.id,
      { value: site.id, label: 'line_name' in site && site.line_name !== '' ? `${site.name} · ${site.line_name}` : site.name },
    ]),
  );
  return (
    <>
      <Select
        {...(id !== undefined && { id })}
        {...(value !== undefined && { value })}
        {...(onChange && { onChange })}
        allowClear
        showSearch={{ filterOption: false, onSearch: setTyped }}
        placeholder={text('noSite')}
        options={[...options.values()]}
        popupRender={(menu) => (
          <>
            {menu}
            <Button type="text" block icon={<PlusOutlined />} onClick={() => setAdding(true)} style={{ textAlign: 'start' }}>
              {text('newSite')}
            </Button>
          </>
        )}
      />
      {adding && (
        <SiteForm
          site="new"
          close={() => setAdding(false)}
          made={(siteId, name) => {
            setMade({ id: siteId, name });
            onChange?.(siteId);
          }}
        />
      )}
    </>
  );
}
