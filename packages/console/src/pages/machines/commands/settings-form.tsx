import { Alert, Form, InputNumber, Modal, Select } from 'antd';
import { useState } from 'react';
import { useChange } from '../../../api/hooks.ts';
import { useFocusBack } from '../../../shared/focus-back.ts';
import { useText } from './text.ts';

interface Values {
  price_digits?: number | null;
  language?: string;
  idle_timeout?: number | null;
  payment_wait_timeout?: number | null;
  brightness?: number | null;
  volume?: number | null;
}

const numbers = [
  { name: 'price_digits', min: 0, max: 4 },
  { name: 'idle_timeout', min: 5, max: 3_600 },
  { name: 'payment_wait_timeout', min: 5, max: 3_600 },
  { name: 'brightness', min: 0, max: 100 },
  { name: 'volume', min: 0, max: 100 },
] as const;

const languages = [
  { value: 'zh-CN', label: '中文' },
  { value: 'en-US', label: 'English' },
];

interface Props {
  machineId: number;
  machineNo: string;
  online: boolean;
  close: () => void;
}

/** Settings that the machine is to take over; what is left empty stays. */
export function SettingsForm({ machineId, machineNo, online, close }: Props) {
  const text = useText();
  const [form] = Form.useForm<Values>();
  const [nothing, setNothing] = useState(false);
  useFocusBack();
  const change = useChange('POST /machines/{machine}/commands', {
    makesOld: ['GET /machines/{machine}/commands'],
    said: text('askedOk'),
    done: close,
  });

  function send(values: Values) {
    const settings = Object.fromEntries(
      Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ''),
    );
    setNothing(Object.keys(settings).length === 0);
    if (Object.keys(settings).length > 0)
      change.mutate({ params: { machine: machineId }, body: { kind: 'configure', settings } });
  }

  return (
    <Modal
      open
      title={text('settingsTitle', { machine: machineNo })}
      onCancel={close}
      onOk={() => form.submit()}
      okText={text('send')}
      cancelText={text('cancel')}
      confirmLoading={change.isPending}
    >
      <p className="soft">{text('settingsHint')}</p>
      {!online && <Alert type="warning" showIcon title={text('settingsOffline')} style={{ marginBottom: 12 }} />}
      {nothing && <Alert type="error" showIcon title={text('needsOne')} style={{ marginBottom: 12 }} />}
      <Form<Values> form={form} layout="vertical" onFinish={send} className="settings-form">
        {numbers.map(({ name, min, max }) => (
          <Form.Item key={name} name={name} label={text(name)}>
            <InputNumber min={min} max={max} precision={0} style={{ width: '100%' }} />
          </Form.Item>
        ))}
        <Form.Item name="language" label={text('language')}>
          <Select options={languages} allowClear />
        </Form.Item>
      </Form>
    </Modal>
  );
}
