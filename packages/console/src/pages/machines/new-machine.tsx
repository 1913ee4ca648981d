import { Alert, Button, Flex, Form, Input, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay, useSession } from '../../api/session.tsx';
import { Loaded, Page } from '../../shared/page.tsx';
import { Problem, useProblem } from '../../shared/problem.tsx';
import { useAskBeforeLeaving } from '../../shared/unsaved.ts';
import { MachineCredentials } from './credentials.tsx';
import { Handshake } from './handshake.tsx';
import { AddCabinet, CabinetFields, type CabinetValues, LayoutPreview, templates } from './layout-form.tsx';
import { useMachineText } from './machine-text.ts';
import './machines.css';
import { LinkButton } from '../../shared/link-button.tsx';
import { useNewText } from './new-machine-text.ts';
import { SiteSelect } from './site-select.tsx';

type Added = Answer<'POST /machines'>;

/** From a form to a machine that sells: what it is, what is entered in it, and how far it has come. */
export default function NewMachine() {
  const text = useNewText();
  const [params, setParams] = useSearchParams();
  const [added, setAdded] = useState<Added>();
  const asked = params.get('machine');
  // In the address, so that the list goes on after a reload; the password does not.
  const machine = added?.id ?? (asked !== null && /^\d{1,15}$/.test(asked) ? Number(asked) : undefined);
  return (
    <Page title={text('title')}>
      {machine === undefined ? (
        <NewMachineForm
          done={(one) => {
            setAdded(one);
            setParams({ machine: String(one.id) }, { replace: true });
          }}
        />
      ) : (
        <Arriving
          machineId={machine}
          added={added}
          another={() => {
            setAdded(undefined);
            setParams({});
          }}
        />
      )}
    </Page>
  );
}

interface Values {
  machine_no: string;
  name: string;
  site_id?: number | null;
  vendor?: string;
  address?: string;
  template: keyof typeof templates;
  cabinets: CabinetValues[];
}

function NewMachineForm({ done }: { done: (added: Added) => void }) {
  const text = useNewText();
  const machineText = useMachineText();
  const problem = useProblem();
  const [isBegun, setBegun] = useState(false);
  useAskBeforeLeaving(isBegun);
  const [form] = Form.useForm<Values>();
  const cabinets = Form.useWatch('cabinets', form) ?? templates.spring;
  const add = useChange('POST /machines', {
    makesOld: ['GET /machines', 'GET /lines', 'GET /sites'],
    done,
    failed: problem.failed,
  });
  const names = (['spring', 'belt', 'locker', 'small'] as const).map((value) => ({ value, label: text(value) }));
  function save({ template, site_id: siteId = null, vendor = '', address = '', cabinets: given, ...rest }: Values) {
    problem.forget();
    const whole = given.map(({ has_lift: lift = false, has_drop_detection: drop = false, ...cabinet }) => ({
      ...cabinet,
      ...{ has_lift: lift, has_drop_detection: drop },
    }));
    add.mutate({
      body: { ...rest, vendor, address, site_id: siteId, cabinets: whole, type: template === 'locker' ? 'locker' : 'vending' },
    });
  }
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ template: 'spring', cabinets: templates.spring }}
      onValuesChange={() => setBegun(true)}
      onFinish={save}
    >
      <div className="machine-grid">
        <div>
          <section className="panel">
            <h2>{text('what')}</h2>
            <Form.Item
              name="machine_no"
              label={text('machineNo')}
              extra={text('machineNoAbout')}
              rules={[{ required: true, pattern: /^\d{8,20}$/, message: text('machineNoWrong') }]}
            >
              <Input inputMode="numeric" maxLength={20} autoComplete="off" />
            </Form.Item>
            <Form.Item name="name" label={machineText('name')} rules={[{ required: true }]}>
              <Input maxLength={200} />
            </Form.Item>
            <Form.Item name="site_id" label={machineText('site')}>
              <SiteSelect />
            </Form.Item>
            <Flex gap="middle" wrap>
              <Form.Item name="address" label={machineText('address')} style={{ flex: '2 1 220px' }}>
                <Input maxLength={300} />
              </Form.Item>
              <Form.Item name="vendor" label={machineText('vendor')} style={{ flex: '1 1 140px' }}>
                <Input maxLength={100} />
              </Form.Item>
            </Flex>
          </section>
          <section className="panel">
            <h2>{text('layout')}</h2>
            <Form.Item name="template" label={text('template')}>
              <Select
                options={names}
                onChange={(name: keyof typeof templates) => form.setFieldsValue({ cabinets: templates[name] as CabinetValues[] })}
              />
            </Form.Item>
            <Form.List name="cabinets">
              {(fields, list) => (
                <>
                  {fields.map(({ key, name }) => (
                    <CabinetFields
                      key={key}
                      index={name}
                      name={cabinets[name]?.name ?? ''}
                      {...(fields.length > 1 && { remove: () => list.remove(name) })}
                    />
                  ))}
                  {fields.length < 9 && <AddCabinet add={() => list.add(nextCabinet(cabinets))} />}
                </>
              )}
            </Form.List>
          </section>
          <Problem said={problem.said} marginBottom={0} />
          <div>
            <Button type="primary" htmlType="submit" loading={add.isPending}>
              {text('submit')}
            </Button>
          </div>
        </div>
        <div>
          <LayoutPreview cabinets={cabinets} />
        </div>
      </div>
    </Form>
  );
}

/** Like the last, under the next letter and address. */
function nextCabinet(cabinets: readonly CabinetValues[]): CabinetValues {
  const last = cabinets.at(-1) ?? templates.spring[0];
  const used = new Set(cabinets.map(({ name }) => name));
  const letter = [...'ABCDEFGHIJKLMNOP'].find((one) => !used.has(one)) ?? 'Z';
  return { ...(last as CabinetValues), name: letter, addr: Math.max(...cabinets.map(({ addr }) => addr ?? 0), 0) + 1 };
}

function Arriving({ machineId, added, another }: { machineId: number; added: Added | undefined; another: () => void }) {
  const text = useNewText();
  // What its own page shows first is what was read here.
  const read = useRead('GET /machines/{machine}', { params: { machine: machineId } }, { live: ['machine', 'slot', 'stock'] });
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that was pressed stood below: what is shown once stands at the top.
  useEffect(() => {
    window.scrollTo({ top: 0 });
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Flex vertical gap="middle">
      <section className="panel" style={{ maxWidth: 720 }}>
        <h2 ref={heading} tabIndex={-1}>
          {text('enter')}
        </h2>
        {added ? (
          <>
            <p className="soft" style={{ marginTop: 0 }}>
              {text('enterAbout')}
            </p>
            <MachineCredentials credentials={added.credentials} />
            <Virtual machineId={machineId} password={added.credentials.mqtt.password} />
          </>
        ) : (
          <span className="soft">{text('lost')}</span>
        )}
      </section>
      <Loaded read={read}>{(machine) => <Handshake machine={machine} />}</Loaded>
      <Flex gap="small">
        <LinkButton to={`/machines/${machineId}`}>{text('toMachine')}</LinkButton>
        <Button type="text" onClick={another}>
          {text('another')}
        </Button>
      </Flex>
    </Flex>
  );
}

/** In the demo a newcomer has no machine at hand. */
function Virtual({ machineId, password }: { machineId: number; password: string }) {
  const text = useNewText();
  const may = useMay();
  const { demo } = useSession();
  const connect = useChange('POST /demo/machines/{machine}/connect', {
    makesOld: ['GET /machines/{machine}/handshake', 'GET /demo'],
    said: text('virtualDone'),
  });
  if (!demo || !may('machines.command')) return null;
  return (
    <Alert
      type="info"
      showIcon
      style={{ marginTop: 16 }}
      title={text('virtualAbout')}
      action={
        <Button
          size="small"
          type="primary"
          loading={connect.isPending}
          disabled={connect.isSuccess}
          onClick={() => connect.mutate({ params: { machine: machineId }, body: { broker_password: password } })}
        >
          {text('virtual')}
        </Button>
      }
    />
  );
}
