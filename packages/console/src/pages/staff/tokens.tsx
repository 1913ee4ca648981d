import { Button, Flex, Form, Input, Modal, Popconfirm, Select, Table, Tag } from 'antd';
import { useState } from 'react';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { type Permission, useMay, useSession } from '../../api/session.tsx';
import { useFocusBack } from '../../shared/focus-back.ts';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { ToldOnce } from '../../shared/told-once.tsx';
import { usePermissionWord } from './permission-words.ts';
import { useText } from './text.ts';

type Token = Answer<'GET /tokens'>['items'][number];

/** Programs that call the hub's own API: each with a token of its own, which may do what its scopes say. */
export function Tokens() {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const read = useRead('GET /tokens', {});
  const word = usePermissionWord();
  const [making, setMaking] = useState(false);
  const revoke = useChange('DELETE /tokens/{token}', { makesOld: ['GET /tokens'], perRow: true });
  return (
    <>
      {may('staff.write') && (
        <Button type="primary" style={{ marginBottom: 12 }} onClick={() => setMaking(true)}>
          {text('addToken')}
        </Button>
      )}
      <Loaded read={read} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => (
          <Table<Token>
            className="panel"
            size="small"
            rowKey="id"
            dataSource={items}
            pagination={false}
            scroll={{ x: 640 }}
            columns={[
              { title: text('program'), dataIndex: 'name' },
              {
                title: text('scopes'),
                dataIndex: 'scopes',
                render: (scopes: Permission[]) => (
                  <Flex gap="small" wrap>
                    {scopes.map((scope) => (
                      <Tag key={scope} title={word(scope)}>
                        {scope}
                      </Tag>
                    ))}
                  </Flex>
                ),
              },
              { title: text('made'), dataIndex: 'created_at', render: format.date },
              {
                key: 'actions',
                align: 'right',
                render: (_, token) =>
                  token.status === 'revoked' ? (
                    <Tag>{text('revoked')}</Tag>
                  ) : (
                    may('staff.write') && (
                      <Popconfirm title={text('revokeAsk')} onConfirm={() => revoke.mutate({ params: { token: token.id } })}>
                        <Button size="small" danger>
                          {text('revoke')}
                        </Button>
                      </Popconfirm>
                    )
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {making && <NewToken close={() => setMaking(false)} />}
    </>
  );
}

function NewToken({ close }: { close: () => void }) {
  useFocusBack();
  const text = useText();
  const word = usePermissionWord();
  const { permissions } = useSession();
  const make = useChange('POST /tokens', { makesOld: ['GET /tokens'] });
  const [form] = Form.useForm<{ name: string; scopes: Permission[] }>();
  const told = make.data?.token;
  return (
    <Modal
      open
      title={text('addToken')}
      onCancel={close}
      {...(told ? { footer: null } : { onOk: () => form.submit(), okText: text('addToken'), confirmLoading: make.isPending })}
    >
      {told ? (
        <ToldOnce secrets={{ Token: told }} />
      ) : (
        <Form form={form} layout="vertical" requiredMark={false} onFinish={(body) => make.mutate({ body })}>
          <Form.Item name="name" label={text('program')} rules={[{ required: true }]}>
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item name="scopes" label={text('scopes')} rules={[{ required: true }]}>
            <Select
              mode="multiple"
              // Found by either.
              showSearch={{
                filterOption: (typed, one) => `${one?.label} ${one?.value}`.toLowerCase().includes(typed.toLowerCase()),
              }}
              options={permissions.map((one) => ({ value: one, label: word(one) }))}
              optionRender={({ label, value }) => (
                <>
                  {label} <code className="soft">{value}</code>
                </>
              )}
            />
          </Form.Item>
        </Form>
      )}
    </Modal>
  );
}
