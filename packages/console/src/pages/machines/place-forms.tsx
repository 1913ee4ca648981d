import { Alert, AutoComplete, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useErrorText } from '../../shared/error-text.ts';
import { useText } from './text.ts';

export type Line = Answer<'GET /lines'>['items'][number];
export type Site = Answer<'GET /sites'>['items'][number];

const places = ['GET /lines', 'GET /sites', 'GET /areas', 'GET /machines'];

/** What both forms do with what is saved or refused. */
function useSaving(close: () => void) {
  const text = useText();
  const errorText = useErrorText();
  const [problem, setProblem] = useState('');
  const options = {
    makesOld: places,
    said: text('saved'),
    failed(error: unknown) {
      setProblem(errorText(error));
      return true;
    },
  };
  return { problem, options, done: close };
}

const Problem = ({ problem }: { problem: string }) =>
  problem === '' ? null : <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} />;

/** A new line, or one that is called otherwise from now on. */
export function LineForm({ line, close }: { line: Line | 'new'; close: () => void }) {
  const text = useText();
  const { problem, options } = useSaving(close);
  const add = useChange('POST /lines', { ...options, done: close });
  const change = useChange('PATCH /lines/{line}', { ...options, done: close });
  const areas = useRead('GET /areas', {});
  const [form] = Form.useForm<{ name: string; area?: string; description?: string }>();
  const known = line === 'new' ? undefined : line;
  return (
    <Modal
      open
      title={text(known ? 'editLine' : 'addLine')}
      okText={text('save')}
      onCancel={close}
      onOk={() => form.submit()}
      confirmLoading={add.isPending || change.isPending}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={known && { name: known.name, area: known.area_name, description: known.description }}
        onFinish={({ name, area = '', description = '' }) => {
          const body = { name, description, area: area.trim() === '' ? null : area.trim() };
          if (known?.id != null) change.mutate({ params: { line: known.id }, body });
          else add.mutate({ body });
        }}
      >
        <Problem problem={problem} />
        <Form.Item name="name" label={text('lineName')} rules={[{ required: true }]}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="area" label={text('area')}>
          <AutoComplete options={(areas.data?.items ?? []).map(({ name }) => ({ value: name }))} />
        </Form.Item>
        <Form.Item name="description" label={text('about')}>
          <Input maxLength={300} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

interface SiteValues {
  number: string;
  name: string;
  line_id?: number;
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
  const change = useChange('PATCH /sites/{site}', { ...options, done: close });
  const lines = useRead('GET /lines', {});
  const [form] = Form.useForm<SiteValues>();
  const known = site === 'new' ? undefined : site;
  return (
    <Modal
      open
      title={text(known ? 'editSite' : 'addSite')}
      okText={text('save')}
      onCancel={close}
      onOk={() => form.submit()}
      confirmLoading={add.isPending || change.isPending}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={
          known && { number: known.number, name: known.name, address: known.address, line_id: known.line_id ?? undefined }
        }
        onFinish={({ number, name, line_id: line = null, address = '' }) => {
          const body = { number, name, address, line_id: line };
          if (known) change.mutate({ params: { site: known.id }, body });
          else add.mutate({ body });
        }}
      >
        <Problem problem={problem} />
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
      </Form>
    </Modal>
  );
}
