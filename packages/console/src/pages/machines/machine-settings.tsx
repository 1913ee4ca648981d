import { Alert, Button, Flex, Form, Input, Modal, Popconfirm, Switch } from 'antd';
import { useState } from 'react';
import { useChange } from '../../api/hooks.ts';
import { Problem, useProblem } from '../../shared/problem.tsx';
import { useAskBeforeLeaving } from '../../shared/unsaved.ts';
import { MachineCredentials } from './credentials.tsx';
import type { Machine } from './machine.tsx';
import { useMachineText } from './machine-text.ts';
import { SiteSelect } from './site-select.tsx';

interface Values {
  name: string;
  site_id?: number;
  address: string;
  contact: string;
  telephone: string;
  announcement: string;
  vendor: string;
  operational: boolean;
}

/** What a machine is called, where it stands, and how it signs in. */
export function MachineSettings({ machine }: { machine: Machine }) {
  const text = useMachineText();
  if (machine.upstream_integration_id !== null) return <Alert type="info" showIcon title={text('foreign')} />;
  return (
    <div className="machine-grid">
      <div>
        <Fields machine={machine} />
      </div>
      <div>
        <Access machine={machine} />
      </div>
    </div>
  );
}

function Fields({ machine }: { machine: Machine }) {
  const text = useMachineText();
  const problem = useProblem();
  const [isUnsaved, setUnsaved] = useState(false);
  useAskBeforeLeaving(isUnsaved);
  const save = useChange('PATCH /machines/{machine}', {
    makesOld: ['GET /machines', 'GET /lines', 'GET /sites'],
    said: text('saved'),
    done() {
      problem.forget();
      setUnsaved(false);
    },
    failed: problem.failed,
  });
  const { name, site, address, contact, telephone, announcement, vendor, operational } = machine;
  return (
    <section className="panel">
      <Form<Values>
        layout="vertical"
        requiredMark={false}
        initialValues={{ name, site_id: site?.id, address, contact, telephone, announcement, vendor, operational }}
        onValuesChange={() => setUnsaved(true)}
        onFinish={({ site_id: siteId = null, ...fields }) =>
          save.mutate({ params: { machine: machine.id }, body: { ...fields, site_id: siteId } })
        }
      >
        <Form.Item name="operational" label={text('operational')} valuePropName="checked" extra={text('operationalAbout')}>
          <Switch />
        </Form.Item>
        <Form.Item name="name" label={text('name')} rules={[{ required: true }]}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="site_id" label={text('site')}>
          <SiteSelect {...(site && { known: site })} />
        </Form.Item>
        <Form.Item name="address" label={text('address')}>
          <Input maxLength={300} />
        </Form.Item>
        <Flex gap="middle" wrap>
          <Form.Item name="contact" label={text('contact')} style={{ flex: '1 1 180px' }}>
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item name="telephone" label={text('telephone')} style={{ flex: '1 1 180px' }}>
            <Input maxLength={50} type="tel" />
          </Form.Item>
          <Form.Item name="vendor" label={text('vendor')} style={{ flex: '1 1 180px' }}>
            <Input maxLength={100} />
          </Form.Item>
        </Flex>
        <Form.Item name="announcement" label={text('announcement')}>
          <Input.TextArea maxLength={1_000} autoSize={{ minRows: 2, maxRows: 5 }} />
        </Form.Item>
        <Problem said={problem.said} />
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {text('save')}
        </Button>
      </Form>
    </section>
  );
}

function Access({ machine }: { machine: Machine }) {
  const text = useMachineText();
  const issue = useChange('POST /machines/{machine}/broker-password');
  return (
    <section className="panel">
      <h2>{text('access')}</h2>
      <dl className="facts" style={{ marginBottom: 16 }}>
        <div>
          <dt>{text('clientId')}</dt>
          <dd>
            <code>{machine.machine_no}</code>
          </dd>
        </div>
      </dl>
      <Popconfirm title={text('newPasswordAsk')} onConfirm={() => issue.mutate({ params: { machine: machine.id } })}>
        <Button loading={issue.isPending}>{text('newPassword')}</Button>
      </Popconfirm>
      <Modal open={issue.data !== undefined} title={text('access')} footer={null} onCancel={() => issue.reset()}>
        {issue.data && <MachineCredentials credentials={issue.data} />}
      </Modal>
    </section>
  );
}
