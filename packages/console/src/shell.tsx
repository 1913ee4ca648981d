import { LogoutOutlined, MenuOutlined, UserOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Dropdown, Grid, Layout, Menu } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { useChange } from './api/hooks.ts';
import { useLiveStream } from './api/live.ts';
import { sessionKey, useSession } from './api/session.tsx';
import { pagesOf, useMenuText } from './pages/pages.ts';
import { NoNetwork } from './shared/no-network.tsx';
import { Side } from './shared/side.tsx';
import { chooseLanguage, defineText, languages, useLanguage } from './shared/text.ts';
import { mayLeave } from './shared/unsaved.ts';

const useText = defineText('shell', {
  en: { menu: 'Menu', signOut: 'Sign out', skip: 'To the content', language: 'Language' },
  zh: { menu: '菜单', signOut: '退出登录', skip: '跳到内容', language: '语言' },
});

/** What stands around every page: the menu, at the side or behind a button, and who is signed in. */
export function Shell({ children }: { children: ReactNode }) {
  useLiveStream();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: wherever one goes, the menu is out of the way.
  useEffect(() => setOpen(false), [pathname]);
  const { merchant } = useSession();
  const text = useText();
  return (
    <Layout>
      <a className="skip-link" href="#content">
        {text('skip')}
      </a>
      {wide && (
        <Layout.Sider width={216} theme="light" className="shell-sider">
          <Brand />
          <MainMenu />
        </Layout.Sider>
      )}
      <Layout>
        <Layout.Header className="shell-header">
          {!wide && <Button type="text" icon={<MenuOutlined />} aria-label={text('menu')} onClick={() => setOpen(true)} />}
          <span className="grow">{merchant.name}</span>
          <LanguageSwitch />
          <WhoIsIn />
        </Layout.Header>
        <Layout.Content id="content" tabIndex={-1}>
          <NoNetwork />
          {children}
        </Layout.Content>
      </Layout>
      {!wide && (
        <Side
          open={open}
          onClose={() => setOpen(false)}
          placement="left"
          size={264}
          title={<Brand />}
          styles={{ body: { padding: 8 } }}
        >
          <MainMenu />
        </Side>
      )}
    </Layout>
  );
}

const Brand = () => (
  <Link to="/" className="shell-brand">
    <img src="/assets/icon.svg" alt="" />
    Polyvend
  </Link>
);

function MainMenu() {
  const { pathname } = useLocation();
  const session = useSession();
  const text = useMenuText();
  const shown = pagesOf(session).filter(({ menu }) => menu);
  const current = shown
    .filter(({ path }) => pathname === path || (path !== '/' && pathname.startsWith(`${path}/`)))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
  const items = shown.flatMap(({ path, menu }) =>
    menu ? [{ key: path, icon: <menu.icon />, label: <Link to={path}>{text(menu.text)}</Link> }] : [],
  );
  return <Menu mode="inline" items={items} selectedKeys={current ? [current.path] : []} style={{ paddingInline: 8 }} />;
}

export function LanguageSwitch() {
  const language = useLanguage();
  const text = useText();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <Button type="text" aria-label={`${text('language')}: ${languages[other]}`} onClick={() => chooseLanguage(other)}>
      {languages[other]}
    </Button>
  );
}

function WhoIsIn() {
  const { user } = useSession();
  const text = useText();
  const menuText = useMenuText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const signOut = useChange('DELETE /session', {
    done() {
      client.clear();
      client.setQueryData(sessionKey, null);
      void navigate('/sign-in');
    },
  });
  const leave = async () => {
    if (await mayLeave()) signOut.mutate({});
  };
  const items = [
    { key: 'account', icon: <UserOutlined />, label: menuText('account'), onClick: () => void navigate('/account') },
    { key: 'out', icon: <LogoutOutlined />, label: text('signOut'), onClick: () => void leave() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
      <Button type="text" icon={<UserOutlined />}>
        {user.name || user.login}
      </Button>
    </Dropdown>
  );
}
