import { defineText } from '../../shared/text.ts';

export const useText = defineText('sign-in', {
  en: {
    title: 'Sign in',
    login: 'Name',
    password: 'Password',
    submit: 'Sign in',
    setUp: 'This hub has no owner yet. Set it up with the code from its log.',
    toSetUp: 'Set up',
  },
  zh: {
    title: '登录',
    login: '用户名',
    password: '密码',
    submit: '登录',
    setUp: '系统还没有所有者，请使用服务日志中的初始化码完成设置。',
    toSetUp: '去设置',
  },
});
