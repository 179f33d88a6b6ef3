import { Banners } from '../../components/banners.tsx'
import { ErrorBoundary } from '../../components/error-boundary.tsx'
import { isOld, useConnectionState } from '../../stores/connection.ts'
import { DeviceCards } from './device-cards.tsx'
import { MachineSentence } from './machine-sentence.tsx'
import { PhoneTop } from './phone-top.tsx'
import { Waiting } from './waiting.tsx'
import { WorthKnowing } from './worth-knowing-card.tsx'

export function OverviewPage() {
  const stale = isOld(useConnectionState('stats'))
  return (
    <>
      <ErrorBoundary what="The sentence">
        <MachineSentence />
      </ErrorBoundary>
      <Banners />
      <ErrorBoundary what="The list of devices">
        <PhoneTop />
      </ErrorBoundary>
      <div className="overview">
        <ErrorBoundary what="The device columns">
          <DeviceCards />
        </ErrorBoundary>
        <div className={stale ? 'row2 stale' : 'row2'}>
          <ErrorBoundary what="The card “Is anything waiting?”">
            <Waiting />
          </ErrorBoundary>
          <ErrorBoundary what="The card “Worth knowing”">
            <WorthKnowing />
          </ErrorBoundary>
        </div>
      </div>
    </>
  )
}
