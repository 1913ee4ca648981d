import { Button, Form, Input, Select, Switch } from 'antd';
import { useChange } from '../../api/hooks.ts';
import { Problem, useProblem } from '../../shared/problem.tsx';
import { Side } from '../../shared/side.tsx';
import { ScopeFields } from './scope-fields.tsx';
import type { User } from './staff.tsx';
import { roles, useText } from './text.ts';

interface Values {
  login: string;
  name?: string;
  role: User['role'];
  password?: string;
  active: boolean;
  limited: boolean;
  machines?: string[];
  lines?: string[];
}

/** Somebody new, or what somebody may do from now on. */
export function UserForm({ user, close }: { user: User | undefined; close: () => void }) {
  const text = useText();
  const problem = useProblem();
  const options = {
    makesOld: ['GET /users'],
    said: text('saved'),
    done: close,
    failed: problem.failed,
  };
  const create = useChange('POST /users', options);
  const change = useChange('PATCH /users/{user}', options);
  const [form] = Form.useForm<Values>();
  const limited = Form.useWatch('limited', form);

  function save({ login, name = '', role, password = '', active, limited: some, machines = [], lines = [] }: Values) {
    problem.forget();
    const scope = some ? { machine_ids: machines.map(Number), line_ids: lines.map(Number) } : null;
    if (!user) return create.mutate({ body: { login, name, role, password, scope } });
    const status = active ? ('active' as const) : ('disabled' as const);
    change.mutate({ params: { user: user.id }, body: { name, role, status, scope, ...(password !== '' && { password }) } });
  }

  return (
    <Side title={user ? user.login : text('addUser')} onClose={close} size={420}>
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{
          ...{ login: user?.login, name: user?.name, role: user?.role ?? 'operator' },
          ...{ active: user?.status !== 'disabled', limited: user ? user.scope !== null : false },
          ...{ machines: user?.scope?.machine_ids.map(String), lines: user?.scope?.line_ids.map(String) },
        }}
        onFinish={save}
      >
        {!user && (
          <Form.Item name="login" label={text('login')} rules={[{ required: true }]}>
            <Input autoComplete="off" autoCapitalize="none" spellCheck={false} />
          </Form.Item>
        )}
        <Form.Item name="name" label={text('name')}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="role" label={text('role')}>
          <Select
            options={roles.map((role) => ({ value: role, label: text(role), about: text(`${role}About`) }))}
            optionRender={({ data }) => (
              <div>
                {data.label}
                <div className="soft" style={{ whiteSpace: 'normal', fontSize: 12 }}>
                  {data.about}
                </div>
              </div>
            )}
          />
        </Form.Item>
        <Form.Item
          name="password"
          label={text(user ? 'newPassword' : 'password')}
          extra={text('passwordRule')}
          rules={[{ required: !user, min: 12 }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="limited" label={text('limited')} valuePropName="checked">
          <Switch />
        </Form.Item>
        {limited && <ScopeFields />}
        {user && (
          <Form.Item name="active" label={text('active')} valuePropName="checked">
            <Switch />
          </Form.Item>
        )}
        <Problem said={problem.said} />
        <Button type="primary" htmlType="submit" loading={create.isPending || change.isPending}>
          {text('save')}
        </Button>
      </Form>
    </Side>
  );
}
