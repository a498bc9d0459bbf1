import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** The widget: `widget/dist/widget.js`, the core that every page loads, and chunks under `widget/dist/widget/` that load when used. */
export default defineConfig({
  build: {
    outDir: 'widget/dist',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    modulePreload: false,
    rollupOptions: {
      input: { widget: 'widget/widget.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: 'widget/[name]-[hash].js' },
    },
  },
  plugins: [printSizes()],
});

function printSizes(): Plugin {
  return {
    name: 'print-sizes',
    writeBundle(_, bundle) {
      for (const [name, part] of Object.entries(bundle)) {
        if (part.type === 'chunk') this.info(`${name}: ${(gzipSync(part.code).length / 1024).toFixed(1)} KB gzipped`);
      }
    },
  };
}
