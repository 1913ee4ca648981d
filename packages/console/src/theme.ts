import type { ThemeConfig } from 'antd';

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
