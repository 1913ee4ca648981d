import { App, Button, Flex, Form, Input, List, Tag } from 'antd';
import { useChange, useRead } from '../../api/hooks.ts';
import { useSession } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded, Page } from '../../shared/page.tsx';
import { defineText } from '../../shared/text.ts';
import { readAgent } from './read-agent.ts';

const useText = defineText('account', {
  en: {
    title: 'My account',
    name: 'Name',
    save: 'Save',
    saved: 'Saved.',
    newPassword: 'New password',
    oldPassword: 'Present password',
    wrongPassword: 'This is not the present password.',
    change: 'Change the password',
    changed: 'Changed. Everywhere else you are signed out.',
    sessions: 'Where you are signed in',
    here: 'here',
    agent: '{{browser}} on {{system}}',
    since: 'Signed in {{since}}, last seen {{seen}}',
    end: 'Sign out there',
  },
  zh: {
    title: '我的账号',
    name: '姓名',
    save: '保存',
    saved: '已保存。',
    newPassword: '新密码',
    oldPassword: '当前密码',
    wrongPassword: '当前密码不正确。',
    change: '修改密码',
    changed: '已修改，其他设备已退出登录。',
    sessions: '登录中的设备',
    here: '本机',
    agent: '{{system}} 上的 {{browser}}',
    since: '{{since}} 登录，最近使用 {{seen}}',
    end: '退出该设备',
  },
});

/** One's own name, password and sessions. */
export default function Account() {
  const text = useText();
  const { user } = useSession();
  const format = useFormat();
  const sessions = useRead('GET /session/others', {});
  const agentText = (agent: string) => {
    const { browser, system } = readAgent(agent);
    return browser && system ? text('agent', { browser, system }) : browser || system || agent;
  };
  const makesOld = ['GET /session'];
  const rename = useChange('PATCH /session/user', { makesOld, said: text('saved') });
  const [form] = Form.useForm<{ password: string; old: string }>();
  const { message } = App.useApp();
  const change = useChange('PATCH /session/user', {
    makesOld,
    said: text('changed'),
    done: () => form.resetFields(),
    failed({ code }) {
      if (code !== 'sign-in.refused') return false;
      form.setFields([{ name: 'old', errors: [text('wrongPassword')] }]);
      return true;
    },
  });
  const end = useChange('DELETE /session/others/{session}', { makesOld, perRow: true });
  return (
    <Page title={text('title')}>
      <Flex vertical gap="middle" style={{ maxWidth: 560 }}>
        <div className="panel">
          <Form
            layout="vertical"
            initialValues={{ name: user.name }}
            onFinish={({ name }: { name: string }) => rename.mutate({ body: { name } })}
          >
            <Form.Item name="name" label={text('name')}>
              <Input maxLength={200} autoComplete="name" />
            </Form.Item>
            <Button htmlType="submit" loading={rename.isPending}>
              {text('save')}
            </Button>
          </Form>
        </div>
        <div className="panel">
          <Form
            form={form}
            layout="vertical"
            requiredMark={false}
            onFinish={({ password, old }) => {
              // What was said of the try before.
              message.destroy();
              change.mutate({ body: { password, old_password: old } });
            }}
          >
            <Form.Item name="old" label={text('oldPassword')} rules={[{ required: true }]}>
              <Input.Password autoComplete="current-password" />
            </Form.Item>
            <Form.Item name="password" label={text('newPassword')} rules={[{ required: true, min: 12 }]}>
              <Input.Password autoComplete="new-password" />
            </Form.Item>
            <Button htmlType="submit" loading={change.isPending}>
              {text('change')}
            </Button>
          </Form>
        </div>
        <div className="panel">
          <h2 style={{ margin: '0 0 8px', fontSize: 16 }}>{text('sessions')}</h2>
          <Loaded read={sessions}>
            {({ items }) => (
              <List
                dataSource={items}
                rowKey="id"
                renderItem={(one) => (
                  <List.Item
                    actions={[
                      one.this_one ? (
                        <Tag key="here">{text('here')}</Tag>
                      ) : (
                        <Button key="end" size="small" onClick={() => end.mutate({ params: { session: one.id } })}>
                          {text('end')}
                        </Button>
                      ),
                    ]}
                  >
                    <List.Item.Meta
                      title={<span title={one.agent}>{agentText(one.agent)}</span>}
                      description={
                        <>
                          {one.address}
                          <br />
                          {text('since', { since: format.time(one.created_at), seen: format.ago(one.seen_at) })}
                        </>
                      }
                    />
                  </List.Item>
                )}
              />
            )}
          </Loaded>
        </div>
      </Flex>
    </Page>
  );
}
