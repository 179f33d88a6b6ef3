import { Button } from '../../components/button.tsx'
import { LISTS } from '../../components/grid/use-grid-columns.ts'
import { Icon } from '../../components/icon.tsx'
import { useStore } from '../../lib/create-store.ts'
import { preferences, setPreference, usePreference } from '../../stores/preferences.ts'
import { Setting } from './setting.tsx'

/** What use has left behind in this browser, and how to be rid of it. */
export function Remembered() {
  return (
    <section className="card" aria-label="Remembered">
      <h2>Remembered</h2>
      <Columns />
      <OpenBranches />
      <WithoutAsking />
    </section>
  )
}

function Columns() {
  const isStandard = useStore(preferences, (all) =>
    LISTS.every(
      (list) =>
        all[`${list}Columns`] === null && Object.keys(all[`${list}ColumnWidths`]).length === 0,
    ),
  )
  return (
    <Setting
      title="Columns of the lists"
      says={isStandard ? 'As they come.' : 'Order, choice or widths are yours.'}
    >
      <Button
        look="line"
        disabled={isStandard}
        onClick={() => {
          for (const list of LISTS) {
            setPreference(`${list}Columns`, null)
            setPreference(`${list}ColumnWidths`, {})
          }
        }}
      >
        Back to the standard columns
      </Button>
    </Setting>
  )
}

function OpenBranches() {
  const count = usePreference('openBranches').length + usePreference('openApps').length
  return (
    <Setting
      title="Open branches and apps"
      says={count === 0 ? 'None.' : `${count} ${count === 1 ? 'name' : 'names'}.`}
    >
      <Button
        look="line"
        disabled={count === 0}
        onClick={() => {
          setPreference('openBranches', [])
          setPreference('openApps', [])
        }}
      >
        Close all
      </Button>
    </Setting>
  )
}

/** Programs whose End does not ask again. */
function WithoutAsking() {
  const names = usePreference('endWithoutAsking')
  return (
    <Setting
      title="Ended without asking"
      says={
        names.length === 0
          ? 'None: every End asks first.'
          : 'These end at once when End is chosen for a single one of yours. A forced end always asks.'
      }
    >
      <span className="names">
        {names.map((name) => (
          <Button
            key={name}
            look="line"
            aria-label={`Ask again for ${name}`}
            title={`Ask again for ${name}`}
            onClick={() =>
              setPreference(
                'endWithoutAsking',
                names.filter((one) => one !== name),
              )
            }
          >
            <span className="cut">{name}</span>
            <Icon name="close" size="s" />
          </Button>
        ))}
        {names.length > 1 && (
          <Button look="line" onClick={() => setPreference('endWithoutAsking', [])}>
            Ask again for all
          </Button>
        )}
      </span>
    </Setting>
  )
}
