import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Redirect, Route, Switch, useLocation, useSearchParams } from 'wouter'
import { ErrorBoundary } from '../components/error-boundary.tsx'
import { ToastRegion } from '../components/toast-region.tsx'
import { CommandsProvider } from '../features/control/commands-provider.tsx'
import { OverviewPage } from '../features/overview/overview-page.tsx'
import { setUnits } from '../lib/format.ts'
import { foreignServiceWorker } from '../stores/launch-code.ts'
import { usePreference } from '../stores/preferences.ts'
import { AppBar } from './app-bar.tsx'
import { Banner } from '../components/banners.tsx'
import { Footer } from './footer.tsx'
import { useShortcuts } from './use-shortcuts.ts'
import { NotFoundPage } from './not-found-page.tsx'
import { PAGES, isCurrent } from './pages.ts'
import { PhoneBar, PhoneTabs } from './phone-frame.tsx'
import { Rail } from './rail.tsx'
import { ShortcutSheet } from './shortcut-sheet.tsx'
import { TimeBar } from './time-bar.tsx'
import { useRailNarrow } from './use-rail-narrow.ts'

const AppsPage = lazy(async () => ({
  default: (await import('../features/apps/apps-page.tsx')).AppsPage,
}))
const ActionsPage = lazy(async () => ({
  default: (await import('../features/control/actions-page.tsx')).ActionsPage,
}))
const ProcessesPage = lazy(async () => ({
  default: (await import('../features/processes/processes-page.tsx')).ProcessesPage,
}))
const ServicesPage = lazy(async () => ({
  default: (await import('../features/system-services/services-page.tsx')).ServicesPage,
}))
const StartupPage = lazy(async () => ({
  default: (await import('../features/startup/startup-page.tsx')).StartupPage,
}))
const ContainersPage = lazy(async () => ({
  default: (await import('../features/containers/containers-page.tsx')).ContainersPage,
}))
const UsersPage = lazy(async () => ({
  default: (await import('../features/users/users-page.tsx')).UsersPage,
}))
const PerformancePage = lazy(async () => ({
  default: (await import('../features/performance/performance-page.tsx')).PerformancePage,
}))
const DetailsDrawer = lazy(async () => ({
  default: (await import('../features/details/details-drawer.tsx')).DetailsDrawer,
}))
const importPalette = () => import('./palette/palette.tsx')
const Palette = lazy(async () => ({ default: (await importPalette()).Palette }))
const ServiceLogDrawer = lazy(async () => ({
  default: (await import('../features/system-services/service-log-drawer.tsx')).ServiceLogDrawer,
}))
const SettingsPage = lazy(async () => ({
  default: (await import('../features/settings/settings-page.tsx')).SettingsPage,
}))

/** After the first figures, which come first. */
const PALETTE_AFTER_MS = 1000

const queries = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } },
})

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <CommandsProvider>
        <Frame />
      </CommandsProvider>
    </QueryClientProvider>
  )
}

function Frame() {
  const [location] = useLocation()
  const narrow = useRailNarrow(location)
  const letters = usePreference('letterShortcuts')
  const network = usePreference('networkUnit')
  const temperature = usePreference('temperatureUnit')
  const memory = usePreference('memoryUnit')
  setUnits({ memory, network, temperature })
  const [sheetOpen, setSheetOpen] = useState(false)
  const [paletteOpen, setPaletteOpen] = useState(false)
  const page = useRef<HTMLElement>(null)
  useShortcuts({
    // What is typed while it opens is meant for it.
    letters: letters && !paletteOpen,
    narrow,
    onSheet: () => setSheetOpen((open) => !open),
    onPalette: () => setPaletteOpen(true),
  })
  useEffect(() => {
    // In hand before it is asked for: the first word typed after Ctrl K is not lost.
    const idle = setTimeout(() => void importPalette(), PALETTE_AFTER_MS)
    return () => clearTimeout(idle)
  }, [])
  useEffect(() => {
    document.title = `${titleOf(location)} – Task Manager Pro`
  }, [location])
  return (
    <>
      <a
        className="skip"
        href="#page"
        onClick={(event) => {
          event.preventDefault()
          page.current?.focus()
        }}
      >
        Skip to the page
      </a>
      <div className="app" data-rail={narrow ? 'narrow' : 'wide'}>
        <PhoneBar onSearch={() => setPaletteOpen(true)} />
        <Rail narrow={narrow} onShortcuts={() => setSheetOpen(true)} />
        <AppBar onSearch={() => setPaletteOpen(true)} />
        <main className="page" id="page" tabIndex={-1} ref={page}>
          {foreignServiceWorker && (
            <Banner kind="crit" icon="alert" fact="Another project answered for this page.">
              Its service worker was removed and nothing was sent to it. Close this tab and open
              Task Manager Pro again.
            </Banner>
          )}
          <ErrorBoundary key={`${location} ${memory} ${network} ${temperature}`} what="This page">
            <Suspense fallback={null}>
              <Pages />
            </Suspense>
          </ErrorBoundary>
        </main>
        <DrawerOfAddress />
        <ErrorBoundary what="The time bar">
          <TimeBar />
        </ErrorBoundary>
        <ErrorBoundary what="The footer">
          <Footer />
        </ErrorBoundary>
        <PhoneTabs />
      </div>
      <ToastRegion />
      {paletteOpen && (
        <ErrorBoundary what="The search">
          <Suspense fallback={null}>
            <Palette
              isRailNarrow={narrow}
              onClose={() => setPaletteOpen(false)}
              onShortcuts={() => setSheetOpen(true)}
            />
          </Suspense>
        </ErrorBoundary>
      )}
      {sheetOpen && <ShortcutSheet onClose={() => setSheetOpen(false)} />}
    </>
  )
}

/** The drawer and its code arrive when an address names a process, or a service whose log is asked for. */
function DrawerOfAddress() {
  const [params] = useSearchParams()
  const process = params.get('p')
  const log = params.get('log')
  if (process === null && log !== null) {
    return (
      <ErrorBoundary key={log} what="This log">
        <Suspense fallback={null}>
          <ServiceLogDrawer address={log} />
        </Suspense>
      </ErrorBoundary>
    )
  }
  if (process === null) return null
  return (
    <ErrorBoundary key={process} what="These details">
      <Suspense fallback={null}>
        <DetailsDrawer />
      </Suspense>
    </ErrorBoundary>
  )
}

function Pages() {
  return (
    <Switch>
      <Route path="/" component={OverviewPage} />
      <Route path="/overview">
        <Redirect to="/" replace />
      </Route>
      <Route path="/apps" component={AppsPage} />
      <Route path="/processes" component={ProcessesPage} />
      <Route path="/performance">
        <Redirect to="/performance/cpu" replace />
      </Route>
      <Route path="/performance/:device">
        {({ device }) => <PerformancePage device={device} />}
      </Route>
      <Route path="/services" component={ServicesPage} />
      <Route path="/containers" component={ContainersPage} />
      <Route path="/startup" component={StartupPage} />
      <Route path="/users" component={UsersPage} />
      <Route path="/actions" component={ActionsPage} />
      <Route path="/settings" component={SettingsPage} />
      <Route component={NotFoundPage} />
    </Switch>
  )
}

function titleOf(location: string): string {
  if (location === '/settings') return 'Settings'
  if (location === '/actions') return 'Actions'
  return PAGES.find((page) => isCurrent(page, location))?.name ?? 'Not found'
}
