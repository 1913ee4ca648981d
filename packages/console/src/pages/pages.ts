import { AuditOutlined, KeyOutlined } from '@ant-design/icons';
import { type ComponentType, lazy } from 'react';
import type { Permission } from '../api/session.tsx';
import { defineText } from '../shared/text.ts';

export const useMenuText = defineText('menu', {
  en: {
    home: 'Today',
    staff: 'Staff and tokens',
    audit: 'Audit log',
    account: 'My account',
  },
  zh: {
    home: '今日',
    staff: '员工与令牌',
    audit: '操作日志',
    account: '我的账号',
  },
});

export interface PageEntry {
  /** As react-router has it. */
  path: string;
  page: ComponentType;
  /** Whoever may not do this does not see it. */
  needs?: Permission;
  /** In the menu, under this name. */
  menu?: { text: Parameters<ReturnType<typeof useMenuText>>[0]; icon: ComponentType };
}

/** Every page but those before signing in; the menu is in this order. Each is loaded when it is opened. */
export const pages: readonly PageEntry[] = [
  {
    path: '/staff',
    page: lazy(() => import('./staff/staff.tsx')),
    needs: 'staff.read',
    menu: { text: 'staff', icon: KeyOutlined },
  },
  {
    path: '/audit',
    page: lazy(() => import('./staff/audit.tsx')),
    needs: 'audit.read',
    menu: { text: 'audit', icon: AuditOutlined },
  },
  { path: '/account', page: lazy(() => import('./account/account.tsx')) },
];
