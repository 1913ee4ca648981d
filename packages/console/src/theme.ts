import type { ThemeConfig } from 'antd';

/** What tags of a colour are written in: the seventh of its shades, by both of its names, as one alone is lost. */
const shades = (inks: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(inks).flatMap(([name, ink]) => [`${name}7`, `${name}-7`].map((shade) => [shade, ink])));

/** Quiet, and dense enough for work. */
export const theme: ThemeConfig = {
  hashed: false,
  cssVar: { key: 'polyvend' },
  token: {
    colorPrimary: '#0f766e',
    colorInfo: '#0f766e',
    // As they are derived they come out grey.
    colorInfoBg: '#ecf7f5',
    colorInfoBorder: '#a7d8d1',
    colorLink: '#0f766e',
    // As they come, their words are too pale to be read: on white, and on a tag of their own light shade.
    ...{ colorSuccess: '#15803d', colorSuccessBg: '#f6ffed', colorSuccessBorder: '#b7eb8f' },
    ...{ colorWarning: '#b45309', colorWarningBg: '#fffbe6', colorWarningBorder: '#ffe58f' },
    ...{ colorError: '#c81e1e', colorErrorBg: '#fff2f0', colorErrorBorder: '#ffccc7' },
    ...shades({ green: '#237804', gold: '#874d00', orange: '#ad4e00', cyan: '#006d75' }),
    colorBgLayout: '#f4f6f6',
    borderRadius: 6,
    fontFamily:
      "system-ui, -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif",
  },
  components: {
    Layout: { siderBg: '#ffffff', headerBg: '#ffffff', headerHeight: 52, headerPadding: '0 16px' },
    Menu: { itemHeight: 36, itemBorderRadius: 6, itemSelectedBg: '#e3f2ef', itemSelectedColor: '#0b5e57' },
    Table: { cellPaddingBlock: 10, cellPaddingInline: 12 },
  },
};
