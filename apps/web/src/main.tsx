import './stores/launch-code.ts' // First: takes the one-time code out of the address before anything else runs.
import './styles/tokens.css'
import './styles/base.css'
import './styles/frame.css'
import './styles/controls.css'
import './styles/timebar.css'
import './styles/charts.css'
import './styles/cards.css'
import './styles/performance.css'
import './styles/table.css'
import './styles/drawer.css'
import './styles/dialog.css'
import './styles/states.css'
import './styles/phone.css'
import { nextTask } from '@taskmanager/client'
import { startTransition, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { followTheme } from './app/theme.ts'
import { startLive } from './stores/start-live.ts'

followTheme()

const root = document.querySelector('#root')
if (root === null) throw new Error('index.html has no #root')
const page = createRoot(root)
// As a transition the first picture is made in pieces.
startTransition(() =>
  page.render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
)
// The frame of the page is drawn first: reading the code of the connection takes a task of its own.
void nextTask().then(startLive)
