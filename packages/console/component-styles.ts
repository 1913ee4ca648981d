import { extractStyle } from '@ant-design/static-style-extract';
import * as antd from 'antd';
import { createElement } from 'react';
import type { Plugin } from 'vite';
import { theme } from './src/theme.ts';

/**
 * Makes the styles of the components once, into a file of their own, in the place of making them in every browser at every first
 * use (antd's `zeroRuntime`): of those components alone that the page has, as the graph of its modules says.
 */
export function componentStyles(): Plugin {
  let file = '';
  return {
    name: 'component-styles',
    apply: 'build',
    generateBundle: {
      order: 'pre',
      handler(_, bundle) {
        const modules = Object.values(bundle).flatMap((part) => (part.type === 'chunk' ? Object.keys(part.modules) : []));
        const folders = modules.flatMap((id) => /\/antd\/es\/([\w-]+)\/style\/index\.js$/.exec(id)?.[1] ?? []);
        const includes = [...new Set(folders)].flatMap(componentsOf);
        const source = extractStyle({
          includes,
          customTheme: (node) => createElement(antd.ConfigProvider, { theme }, node),
        });
        file = this.getFileName(this.emitFile({ type: 'asset', name: 'components.css', source }));
      },
    },
    // Before the page's own, which has the last word.
    transformIndexHtml: {
      order: 'post',
      handler: () => [{ tag: 'link', attrs: { rel: 'stylesheet', href: `/${file}` }, injectTo: 'head-prepend' }],
    },
  };
}

/** `date-picker` has DatePicker; `message` is a function of that name. */
function componentsOf(folder: string): string[] {
  if (folder === 'grid') return ['Row', 'Col'];
  const name = folder in antd ? folder : folder.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (!(name in antd)) throw new Error(`antd/es/${folder} has styles, and exports no ${name}: say here what it has.`);
  return [name];
}
