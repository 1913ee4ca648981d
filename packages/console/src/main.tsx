import { QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider, type ThemeConfig } from 'antd';
import type { Locale } from 'antd/es/locale';
import dayjs from 'dayjs';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, matchPath } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { createQueryClient } from './api/query-client.ts';
import { sessionQuery } from './api/session.tsx';
import { App } from './app.tsx';
import { pages } from './pages/pages.ts';
import { firstLanguage, type Language, useLanguage } from './shared/text.ts';
import { Whole } from './shared/whole.tsx';
import { theme } from './theme.ts';
import './style.css';

const client = createQueryClient();

/** The words of the components' own: only those of the language that is read. */
const locales: Record<Language, () => Promise<Locale>> = {
  zh: async () => {
    await import('dayjs/locale/zh-cn');
    dayjs.locale('zh-cn');
    return (await import('antd/locale/zh_CN')).default;
  },
  en: async () => {
    dayjs.locale('en');
    return (await import('antd/locale/en_GB')).default;
  },
};

/** The page that is opened: all that it takes comes at once, and not one after the other. */
const opened = pages.find(({ path }) => matchPath(path, window.location.pathname));

/** One route for all: the pages are chosen within. A router of this kind can be asked to wait before a page is left (shared/unsaved.ts). */
const router = createBrowserRouter([
  {
    path: '*',
    element: (
      <Whole>
        <App opened={opened?.page} />
      </Whole>
    ),
  },
]);

/** In a page that is built, the styles of the components are a file. */
const built: ThemeConfig = { ...theme, zeroRuntime: import.meta.env.PROD };

/** `first` is there from the beginning: words that come later would make anew whatever is within. */
function Root({ first }: { first: Locale | undefined }) {
  const language = useLanguage();
  const [locale, setLocale] = useState(first);
  useEffect(() => {
    let current = true;
    void locales[language]().then((loaded) => current && setLocale(loaded));
    return () => {
      current = false;
    };
  }, [language]);
  return (
    <ConfigProvider theme={built} {...(locale && { locale })}>
      <AntApp>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}

void client.prefetchQuery(sessionQuery);
void opened?.page.load().catch(() => undefined);
opened?.askAhead?.(client);

const root = document.getElementById('root');
if (root) {
  // While they come, what is asked ahead is under way too. The page does without them rather than not be shown.
  const first = await locales[firstLanguage()]().catch(() => undefined);
  createRoot(root).render(
    <StrictMode>
      <Root first={first} />
    </StrictMode>,
  );
}
