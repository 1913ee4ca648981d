import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { componentStyles } from './component-styles.ts';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), componentStyles()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // What is too large shows in the test of the first view, which counts what a browser loads.
    chunkSizeWarningLimit: 2_000,
    reportCompressedSize: false,
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:3000', '/media': 'http://127.0.0.1:3000' } },
});
