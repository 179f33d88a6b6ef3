import { useState } from 'react'
import { Link } from 'wouter'
import { Segments } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Plot } from '../../components/plot.tsx'
import { Value } from '../../components/value.tsx'
import { useCanTellNetwork } from '../../stores/network-use.ts'
import { useDeviceMaximum } from './device-card.tsx'
import { useDevices, type Device, type DeviceId } from './use-devices.ts'
import { WhoList } from './who-list.tsx'

/** The Overview of a phone: devices as a list, and one list of the biggest with a switch. */
export function PhoneTop() {
  const devices = useDevices()
  const [chosen, setChosen] = useState<DeviceId>('cpu')
  const canTellNetwork = useCanTellNetwork()
  const choices = devices.flatMap(({ id, name, hue: colour }) =>
    id === 'network' && !canTellNetwork ? [] : [{ value: id, text: name, hue: colour }],
  )
  const hue = choices.find((device) => device.value === chosen)?.hue ?? 'cpu'
  return (
    <>
      <ul className="pdev">
        {devices.map((device) => (
          <PhoneDevice key={device.id} device={device} />
        ))}
      </ul>
      <section className={`psec hue-${hue}`} aria-label="Biggest now">
        <div className="sec">
          Biggest now
          <Segments label="Biggest by" value={chosen} options={choices} onChange={setChosen} />
        </div>
        <WhoList device={chosen} />
      </section>
    </>
  )
}

function PhoneDevice({ device }: { device: Device }) {
  const { maximum } = useDeviceMaximum(device)
  return (
    <li className={`hue-${device.hue}`}>
      <Link href={device.href}>
        <span className="n">
          <Icon name={device.icon} />
          {device.name}
        </span>
        <span className="v">
          <Value>{device.narrow?.value ?? device.value}</Value>
        </span>
        <span className="s">{(device.narrow?.sub ?? device.sub) || '\u00a0'}</span>
        <span className="g">
          <Plot series={device.series} maximum={maximum} grid={false} />
        </span>
      </Link>
    </li>
  )
}
