import { Button, Flex, Table, Tabs, Tag } from 'antd';
import { useState } from 'react';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded, Page } from '../../shared/page.tsx';
import { useText } from './text.ts';
import { Tokens } from './tokens.tsx';
import { UserForm } from './user-form.tsx';

export type User = Answer<'GET /users'>['items'][number];

/** Who may sign in, and which programs may call. */
export default function Staff() {
  const text = useText();
  return (
    <Page title={text('title')}>
      <Tabs
        items={[
          { key: 'users', label: text('users'), children: <Users /> },
          { key: 'tokens', label: text('tokens'), children: <Tokens /> },
        ]}
      />
    </Page>
  );
}

function Users() {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const read = useRead('GET /users', {});
  const [open, setOpen] = useState<User | 'new'>();
  const endAll = useChange('DELETE /users/{user}/sessions', { said: text('ended'), perRow: true });
  return (
    <>
      {may('staff.write') && (
        <Button type="primary" style={{ marginBottom: 12 }} onClick={() => setOpen('new')}>
          {text('addUser')}
        </Button>
      )}
      <Loaded read={read}>
        {({ items }) => (
          <Table<User>
            className="panel"
            size="small"
            rowKey="id"
            dataSource={items}
            pagination={false}
            scroll={{ x: 720 }}
            columns={[
              { title: text('login'), dataIndex: 'login' },
              { title: text('name'), dataIndex: 'name' },
              { title: text('role'), dataIndex: 'role', render: (role: User['role']) => text(role) },
              {
                title: text('scope'),
                dataIndex: 'scope',
                render: (scope: User['scope']) => text(scope ? 'someMachines' : 'everyMachine'),
              },
              {
                title: text('status'),
                dataIndex: 'status',
                render: (status: User['status']) => <Tag color={status === 'active' ? 'green' : 'default'}>{text(status)}</Tag>,
              },
              { title: text('seen'), dataIndex: 'seen_at', render: (at: string | null) => (at ? format.ago(at) : text('never')) },
              {
                key: 'actions',
                align: 'right',
                render: (_, user) =>
                  may('staff.write') && (
                    <Flex gap="small" justify="end">
                      <Button size="small" onClick={() => setOpen(user)}>
                        {text('edit')}
                      </Button>
                      <Button size="small" onClick={() => endAll.mutate({ params: { user: user.id } })}>
                        {text('endSessions')}
                      </Button>
                    </Flex>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {open !== undefined && <UserForm user={open === 'new' ? undefined : open} close={() => setOpen(undefined)} />}
    </>
  );
}
