import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig(({ mode }) => ({
  plugins: [react()],
  // The page insists on its port; two test runs on one machine must not.
  server: { port: 5173, strictPort: mode !== 'test' },
  // Found before the first test runs: a package found later makes Vite reload the test that needs it.
  optimizeDeps: { entries: ['index.html', 'src/**/*.test.tsx'] },
  build: {
    rolldownOptions: {
      output: {
        // Charts and everything behind a click are chunks of their own. Of what the first page needs, the libraries
        // change seldom: their chunk stays in the browser's cache from one version to the next.
        codeSplitting: {
          groups: [
            {
              name: 'libraries',
              test: /[\\/]node_modules[\\/](?:react|react-dom|scheduler|axios|@tanstack[\\/](?:react-query|query-core))[\\/]/,
            },
          ],
        },
      },
    },
    sourcemap: true,
    // An inlined module preload polyfill would be a script the page's policy forbids.
    modulePreload: { polyfill: false },
  },
}))
