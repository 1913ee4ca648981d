import {
  AccountBookOutlined,
  ApiOutlined,
  AppstoreOutlined,
  AuditOutlined,
  BarChartOutlined,
  CoffeeOutlined,
  FileDoneOutlined,
  HomeOutlined,
  InboxOutlined,
  KeyOutlined,
  ReconciliationOutlined,
  SendOutlined,
  ShoppingOutlined,
} from '@ant-design/icons';
import type { QueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import type { Permission, Session } from '../api/session.tsx';
import { type Part, part } from '../shared/part.tsx';
import { defineText } from '../shared/text.ts';
import { askAhead } from './home/ask-ahead.ts';

export const useMenuText = defineText('menu', {
  en: {
    home: 'Today',
    orders: 'Orders',
    machines: 'Machines',
    refill: 'Refill',
    goods: 'Goods',
    sales: 'Sales',
    settlements: 'Settlements',
    bills: 'Bills',
    books: 'Books',
    integrations: 'Integrations',
    notifications: 'Notifications',
    staff: 'Staff and tokens',
    audit: 'Audit log',
    account: 'My account',
  },
  zh: {
    home: '今日',
    orders: '订单',
    machines: '机器',
    refill: '补货',
    goods: '商品',
    sales: '销售',
    settlements: '结算',
    bills: '账单',
    books: '账套',
    integrations: '接入',
    notifications: '通知',
    staff: '员工与令牌',
    audit: '操作日志',
    account: '我的账号',
  },
});

export interface PageEntry {
  /** As react-router has it. */
  path: string;
  page: Part;
  /** Asks for what it shows, where it is the first page that is opened. */
  askAhead?: (client: QueryClient) => void;
  /** Whoever may not do this does not see it. */
  needs?: Permission;
  /** Is of all machines together: whoever has some alone does not see it. */
  everyMachine?: true;
  /** In the menu, under this name. */
  menu?: { text: Parameters<ReturnType<typeof useMenuText>>[0]; icon: ComponentType };
}

/** Every page but those before signing in; the menu is in this order. Each is loaded when it is opened. */
export const pages: readonly PageEntry[] = [
  {
    path: '/',
    page: part(() => import('./home/home.tsx')),
    askAhead,
    needs: 'machines.read',
    menu: { text: 'home', icon: HomeOutlined },
  },
  {
    path: '/machines',
    page: part(() => import('./machines/machines.tsx')),
    needs: 'machines.read',
    menu: { text: 'machines', icon: AppstoreOutlined },
  },
  { path: '/machines/new', page: part(() => import('./machines/new-machine.tsx')), needs: 'machines.write' },
  { path: '/machines/:machine', page: part(() => import('./machines/machine.tsx')), needs: 'machines.read' },
  {
    path: '/refill',
    page: part(() => import('./refill/plan.tsx')),
    needs: 'machines.read',
    menu: { text: 'refill', icon: InboxOutlined },
  },
  { path: '/refill/pick', page: part(() => import('./refill/pick-list.tsx')), needs: 'machines.read' },
  { path: '/refill/:machine', page: part(() => import('./refill/visit.tsx')), needs: 'stock.write' },
  {
    path: '/machines/:machine/slots/:slot',
    page: part(() => import('./machines/slot-check/slot-check.tsx')),
    needs: 'machines.read',
  },
  {
    path: '/machines/:machine/virtual',
    page: part(() => import('./virtual-machine/virtual-machine.tsx')),
    needs: 'machines.command',
  },
  { path: '/machines/:machine/planogram', page: part(() => import('./planogram/planogram.tsx')), needs: 'machines.read' },
  {
    path: '/goods',
    page: part(() => import('./goods/goods.tsx')),
    needs: 'goods.read',
    menu: { text: 'goods', icon: CoffeeOutlined },
  },
  {
    path: '/orders',
    page: part(() => import('./orders/orders.tsx')),
    needs: 'orders.read',
    menu: { text: 'orders', icon: ShoppingOutlined },
  },
  { path: '/orders/:order', page: part(() => import('./orders/order.tsx')), needs: 'orders.read' },
  {
    path: '/sales',
    page: part(() => import('./sales/sales.tsx')),
    needs: 'sales.read',
    menu: { text: 'sales', icon: BarChartOutlined },
  },
  {
    path: '/settlements',
    page: part(() => import('./sales/settlements.tsx')),
    needs: 'sales.read',
    menu: { text: 'settlements', icon: ReconciliationOutlined },
  },
  {
    path: '/bills',
    page: part(() => import('./bills/bills.tsx')),
    needs: 'books.read',
    everyMachine: true,
    menu: { text: 'bills', icon: FileDoneOutlined },
  },
  {
    path: '/books',
    page: part(() => import('./books/books.tsx')),
    needs: 'books.read',
    everyMachine: true,
    menu: { text: 'books', icon: AccountBookOutlined },
  },
  {
    path: '/integrations',
    page: part(() => import('./integrations/integrations.tsx')),
    needs: 'integrations.read',
    menu: { text: 'integrations', icon: ApiOutlined },
  },
  { path: '/integrations/new', page: part(() => import('./integrations/new-integration.tsx')), needs: 'integrations.write' },
  { path: '/integrations/:integration', page: part(() => import('./integrations/integration.tsx')), needs: 'integrations.read' },
  {
    path: '/notifications',
    page: part(() => import('./notifications/notifications.tsx')),
    needs: 'integrations.read',
    everyMachine: true,
    menu: { text: 'notifications', icon: SendOutlined },
  },
  {
    path: '/staff',
    page: part(() => import('./staff/staff.tsx')),
    needs: 'staff.read',
    everyMachine: true,
    menu: { text: 'staff', icon: KeyOutlined },
  },
  {
    path: '/audit',
    page: part(() => import('./staff/audit.tsx')),
    needs: 'audit.read',
    everyMachine: true,
    menu: { text: 'audit', icon: AuditOutlined },
  },
  { path: '/account', page: part(() => import('./account/account.tsx')) },
];

/** What whoever is signed in may open. */
export const pagesOf = ({ permissions, user }: Session): PageEntry[] =>
  pages.filter(({ needs, everyMachine }) => (!needs || permissions.includes(needs)) && !(everyMachine && user.scoped));
