import { Button, Flex, Form, Input, InputNumber, Popconfirm, Table } from 'antd';
import { useState } from 'react';
import type { Answer, Input as RouteInput } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { Loaded } from '../../shared/page.tsx';
import { Problem, useProblem } from '../../shared/problem.tsx';
import { Side } from '../../shared/side.tsx';
import type { SalesQuery } from '../sales/use-sales-query.ts';
import type { BookSet } from './books.tsx';
import { useText } from './text.ts';

type Device = Answer<'GET /books/{set}/devices'>['items'][number];
type Draft = RouteInput<'POST /books/{set}/devices'>['body'];

const numbers = [
  ['dev_id', 'devId'],
  ['store_id', 'storeId'],
  ['bank_id', 'bankId'],
  ['member_id', 'memberId'],
  ['employee_id', 'employeeId'],
  ['bill_type', 'billType'],
] as const;

const size = 50;

/** What stands in the head of the bills of each device's orders. */
export function Devices({ set, query }: { set: BookSet; query: SalesQuery }) {
  const text = useText();
  const may = useMay();
  const page = Math.max(1, Number(query.get('page')) || 1);
  const asked = query.get('device');
  const [editing, setEditing] = useState<Device>();
  const read = useRead(
    'GET /books/{set}/devices',
    { params: { set: set.id }, query: { offset: (page - 1) * size, limit: size } },
    { live: ['books'] },
  );
  const remove = useChange('DELETE /books/{set}/devices/{device}', { makesOld: ['GET /books'], perRow: true });
  const writes = may('books.write');
  return (
    <>
      {writes && (
        <Button type="primary" style={{ alignSelf: 'start' }} onClick={() => query.set({ device: 'new' })}>
          {text('newDevice')}
        </Button>
      )}
      <Loaded read={read} isEmpty={({ items }) => items.length === 0} empty={text('noDevices')}>
        {({ items, total }) => (
          <Table<Device>
            className="panel"
            size="small"
            rowKey="id"
            dataSource={items}
            scroll={{ x: 860 }}
            pagination={{
              ...{ current: page, pageSize: size, total, hideOnSinglePage: true, showSizeChanger: false, size: 'small' },
              onChange: (next) => query.set({ page: String(next) }),
            }}
            columns={[
              { title: text('name'), dataIndex: 'name' },
              ...numbers.map(([field, label]) => ({ title: text(label), dataIndex: field, width: 116 })),
              {
                width: 150,
                render: (_, device) =>
                  writes && (
                    <Flex gap="small">
                      <Button type="link" size="small" onClick={() => setEditing(device)}>
                        {text('change')}
                      </Button>
                      <Popconfirm
                        title={text('removeAsk')}
                        onConfirm={() => remove.mutate({ params: { set: set.id, device: device.id } })}
                        styles={{ root: { maxWidth: 300 } }}
                      >
                        <Button type="link" danger size="small">
                          {text('remove')}
                        </Button>
                      </Popconfirm>
                    </Flex>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {editing && <DeviceForm set={set} device={editing} close={() => setEditing(undefined)} />}
      {asked !== undefined && writes && (
        <DeviceForm set={set} devId={Number(asked) || undefined} close={() => query.set({ device: undefined })} />
      )}
    </>
  );
}

function DeviceForm({
  set,
  device,
  devId,
  close,
}: {
  set: BookSet;
  device?: Device;
  devId?: number | undefined;
  close: () => void;
}) {
  const text = useText();
  const problem = useProblem();
  const options = {
    makesOld: ['GET /books'],
    said: text('saved'),
    done: close,
    failed: problem.failed,
  };
  const create = useChange('POST /books/{set}/devices', options);
  const change = useChange('PUT /books/{set}/devices/{device}', options);
  function save(body: Draft) {
    problem.forget();
    if (device) change.mutate({ params: { set: set.id, device: device.id }, body });
    else create.mutate({ params: { set: set.id }, body });
  }
  return (
    <Side title={device?.name ?? text('newDevice')} onClose={close} size={420}>
      <Form<Draft>
        layout="vertical"
        requiredMark={false}
        initialValues={device ?? { dev_id: devId, name: devId === undefined ? undefined : String(devId) }}
        onFinish={save}
      >
        <Form.Item name="name" label={text('name')} rules={[{ required: true }]}>
          <Input maxLength={100} />
        </Form.Item>
        {numbers.map(([field, label]) => (
          <Form.Item key={field} name={field} label={text(label)} rules={[{ required: true }]}>
            <InputNumber min={0} precision={0} style={{ width: '100%' }} />
          </Form.Item>
        ))}
        <Problem said={problem.said} />
        <Button type="primary" htmlType="submit" loading={create.isPending || change.isPending}>
          {text('save')}
        </Button>
      </Form>
    </Side>
  );
}
