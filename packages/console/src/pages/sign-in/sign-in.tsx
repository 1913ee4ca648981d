import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Flex, Form, Input, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useChange, useRead } from '../../api/hooks.ts';
import { sessionKey } from '../../api/session.tsx';
import { useErrorText } from '../../shared/error-text.ts';
import { LanguageSwitch } from '../../shell.tsx';
import { useText } from './text.ts';

export default function SignIn() {
  const text = useText();
  const errorText = useErrorText();
  const client = useQueryClient();
  const [problem, setProblem] = useState('');
  const setUp = useRead('GET /setup', {});
  useEffect(() => {
    document.title = `${text('title')} · Polyvend`;
  });
  const signIn = useChange('POST /session', {
    // Who is signed in is led on to where they were going.
    done: () => void client.invalidateQueries({ queryKey: sessionKey }),
    failed(error) {
      setProblem(errorText(error));
      return true;
    },
  });
  return (
    <main className="door">
      <div className="panel">
        <Flex justify="space-between" align="center">
          <Typography.Title level={1} className="page-title">
            {text('title')}
          </Typography.Title>
          <LanguageSwitch />
        </Flex>
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
            setProblem('');
            signIn.mutate({ body: values });
          }}
        >
          <Form.Item name="login" label={text('login')} rules={[{ required: true }]}>
            <Input autoComplete="username" autoFocus autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item name="password" label={text('password')} rules={[{ required: true }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {problem !== '' && <Alert type="error" showIcon title={problem} style={{ marginBottom: 16 }} />}
          <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
            {text('submit')}
          </Button>
        </Form>
      </div>
    </main>
  );
}
