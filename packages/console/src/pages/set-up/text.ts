import { defineText } from '../../shared/text.ts';

export const useText = defineText('set-up', {
  en: {
    title: 'Set up the hub',
    intro: 'The hub wrote a one-time code into its log when it started: a line that begins with “set-up code”.',
    code: 'Code',
    merchant: 'Name of the business',
    timeZone: 'Time zone',
    currency: 'Currency',
    login: 'Your sign-in name',
    password: 'Password',
    passwordHint: 'Twelve characters or more',
    submit: 'Make the owner account',
    done: 'Somebody can sign in already.',
    toSignIn: 'Sign in',
  },
  zh: {
    title: '初始化系统',
    intro: '服务启动时在日志中写入了一次性初始化码，在以 “set-up code” 开头的一行。',
    code: '初始化码',
    merchant: '商户名称',
    timeZone: '时区',
    currency: '货币',
    login: '你的用户名',
    password: '密码',
    passwordHint: '至少 12 个字符',
    submit: '创建所有者账号',
    done: '系统已有可登录的用户。',
    toSignIn: '去登录',
  },
});
