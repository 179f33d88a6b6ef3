import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  server: { port: 5173, strictPort: true },
  // Found before the first test runs: a package found later makes Vite reload the test that needs it.
  optimizeDeps: { entries: ['index.html', 'src/**/*.test.tsx'] },
  build: {
    // Charts and everything behind a click are chunks of their own; the first page needs none of them.
    chunkSizeWarningLimit: 400,
    sourcemap: true,
    // An inlined module preload polyfill would be a script the page's policy forbids.
    modulePreload: { polyfill: false },
  },
})
