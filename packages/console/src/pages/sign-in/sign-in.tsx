import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { Link } from 'react-router';
import { useChange, useRead } from '../../api/hooks.ts';
import { sessionKey } from '../../api/session.tsx';
import { Door } from '../../door.tsx';
import { Problem, useProblem } from '../../shared/problem.tsx';
import { useText } from './text.ts';

export default function SignIn() {
  const text = useText();
  const client = useQueryClient();
  const problem = useProblem();
  const setUp = useRead('GET /setup', {});
  const signIn = useChange('POST /session', {
    done() {
      // What somebody else saw whose session ran out here is not theirs to see.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
      // Who is signed in is led on to where they were going.
      void client.invalidateQueries({ queryKey: sessionKey });
    },
    failed: problem.failed,
  });
  return (
    <Door title={text('title')}>
      {setUp.data?.needed && (
        <Alert
          type="info"
          showIcon
          style={{ marginTop: 16 }}
          title={text('setUp')}
          action={<Link to="/set-up">{text('toSetUp')}</Link>}
        />
      )}
      <Form
        layout="vertical"
        style={{ marginTop: 16 }}
        requiredMark={false}
        onFinish={(values: { login: string; password: string }) => {
          problem.forget();
          signIn.mutate({ body: values });
        }}
      >
        <Form.Item name="login" label={text('login')} rules={[{ required: true }]}>
          <Input autoComplete="username" autoFocus autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <Form.Item name="password" label={text('password')} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Problem said={problem.said} />
        <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
          {text('submit')}
        </Button>
      </Form>
    </Door>
  );
}
