import { AutoComplete, Form, Input, Modal, Select } from 'antd';
import type { ReactNode } from 'react';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useFocusBack } from '../../shared/focus-back.ts';
import { Problem, useProblem } from '../../shared/problem.tsx';
import { useText } from './text.ts';

export type Line = Answer<'GET /lines'>['items'][number];
export type Site = Answer<'GET /sites'>['items'][number];

const places = ['GET /lines', 'GET /sites', 'GET /areas', 'GET /machines'];

/** What both forms do with what is saved or refused. */
function useSaving(close: () => void) {
  const text = useText();
  const { said: problem, failed } = useProblem();
  return { problem, options: { makesOld: places, said: text('saved'), failed, done: close } };
}

interface PlaceFormProps<Values extends object> {
  title: string;
  close: () => void;
  problem: string;
  saving: boolean;
  initialValues: Partial<Values> | undefined;
  save: (values: Values) => void;
  children: ReactNode;
}

/** What both forms look like. */
function PlaceForm<Values extends object>({
  title,
  close,
  problem,
  saving,
  initialValues,
  save,
  children,
}: PlaceFormProps<Values>) {
  const text = useText();
  const [form] = Form.useForm<Values>();
  useFocusBack();
  return (
    <Modal open title={title} okText={text('save')} onCancel={close} onOk={() => form.submit()} confirmLoading={saving}>
      <Form<Values> form={form} layout="vertical" requiredMark={false} {...(initialValues && { initialValues })} onFinish={save}>
        <Problem said={problem} />
        {children}
      </Form>
    </Modal>
  );
}

interface LineValues {
  name: string;
  area?: string;
  description?: string;
}

/** A new line, or one that is called otherwise from now on. */
export function LineForm({ line, close }: { line: Line | 'new'; close: () => void }) {
  const text = useText();
  const { problem, options } = useSaving(close);
  const add = useChange('POST /lines', options);
  const change = useChange('PATCH /lines/{line}', options);
  const areas = useRead('GET /areas', {});
  const known = line === 'new' ? undefined : line;
  return (
    <PlaceForm<LineValues>
      title={text(known ? 'editLine' : 'addLine')}
      close={close}
      problem={problem}
      saving={add.isPending || change.isPending}
      initialValues={known && { name: known.name, area: known.area_name, description: known.description }}
      save={({ name, area = '', description = '' }) => {
        const body = { name, description, area: area.trim() === '' ? null : area.trim() };
        if (known?.id != null) change.mutate({ params: { line: known.id }, body });
        else add.mutate({ body });
      }}
    >
      <Form.Item name="name" label={text('lineName')} rules={[{ required: true }]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="area" label={text('area')}>
        <AutoComplete options={(areas.data?.items ?? []).map(({ name }) => ({ value: name }))} />
      </Form.Item>
      <Form.Item name="description" label={text('about')}>
        <Input maxLength={300} />
      </Form.Item>
    </PlaceForm>
  );
}

interface SiteValues {
  number: string;
  name: string;
  line_id?: number | undefined;
  address?: string;
}

/** A new site, or one that is called otherwise from now on. `made` is told the id of a new one. */
export function SiteForm({
  site,
  close,
  made,
}: {
  site: Site | 'new';
  close: () => void;
  made?: (id: number, name: string) => void;
}) {
  const text = useText();
  const { problem, options } = useSaving(close);
  const add = useChange('POST /sites', {
    ...options,
    done({ id }, { body }) {
      made?.(id, body.name);
      close();
    },
  });
  const change = useChange('PATCH /sites/{site}', options);
  const lines = useRead('GET /lines', {});
  const known = site === 'new' ? undefined : site;
  return (
    <PlaceForm<SiteValues>
      title={text(known ? 'editSite' : 'addSite')}
      close={close}
      problem={problem}
      saving={add.isPending || change.isPending}
      initialValues={
        known && { number: known.number, name: known.name, address: known.address, line_id: known.line_id ?? undefined }
      }
      save={({ number, name, line_id: line = null, address = '' }) => {
        const body = { number, name, address, line_id: line };
        if (known) change.mutate({ params: { site: known.id }, body });
        else add.mutate({ body });
      }}
    >
      <Form.Item name="number" label={text('siteNumber')} rules={[{ required: true }]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="name" label={text('siteName')} rules={[{ required: true }]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="line_id" label={text('line')}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={(lines.data?.items ?? []).flatMap(({ id, name }) => (id === null ? [] : [{ value: id, label: name }]))}
        />
      </Form.Item>
      <Form.Item name="address" label={text('address')}>
        <Input maxLength={300} />
      </Form.Item>
    </PlaceForm>
  );
}
