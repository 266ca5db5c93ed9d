/** @file The device: which one computes, what it is, and the choice of another. */
import type { DeviceFacts, DeviceName } from '../../engine/worker/protocol.ts';
import { chooseDevice } from '../engine-client.ts';
import { ItemIcon } from '../commands/CommandButton.tsx';
import { isBusy } from '../commands/situation.ts';
import { useRun } from '../store/run.ts';
import { Icon } from '../ui/Icon.tsx';
import { Menu, MenuItem } from '../ui/Menu.tsx';
import { DEVICE_WORDS, factsOf } from './device-words.ts';

export function DeviceMenu() {
  const device = useRun((state) => state.device);
  const isRunning = useRun(isBusy);
  const isStarting = useRun((state) => state.engine.kind === 'starting');
  const name = device ? DEVICE_WORDS[device.name].name : 'Device';
  const what = device?.adapter ?? '';
  const doing = isStarting ? 'starting' : isRunning ? 'running' : 'idle';
  return (
    <Menu
      className="btn line device mid"
      label={`Device: ${[name, what].filter(Boolean).join(', ')}; ${doing}`}
      title={device ? factsOf(device) : 'The engine starts with the first run.'}
      items={<DeviceItems device={device} />}
    >
      {isRunning ? <span className="dot" /> : <Icon name="cpu" />}
      {isStarting ? 'Starting' : name}
      {what !== '' && <span className="dim wide">{what}</span>}
      <Icon name="chevron-down" />
    </Menu>
  );
}

function DeviceItems({ device }: { readonly device: DeviceFacts | null }) {
  const devices = useRun((state) => state.devices);
  return (
    <>
      <p>{device ? factsOf(device) : 'The engine starts with the first run.'}</p>
      {devices.map((name) => (
        <DeviceItem key={name} name={name} isChosen={name === device?.name} />
      ))}
    </>
  );
}

function DeviceItem({ name, isChosen }: { readonly name: DeviceName; readonly isChosen: boolean }) {
  const { name: word, sentence } = DEVICE_WORDS[name];
  return (
    <MenuItem isChecked={isChosen} onSelect={() => chooseDevice(name)}>
      <ItemIcon name={isChosen ? 'check' : undefined} />
      <span>
        {word} <span className="dim">{sentence}</span>
      </span>
    </MenuItem>
  );
}
