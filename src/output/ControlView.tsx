/** @file Inputs that a person sets. Their values are the notebook's; the runner takes the latest one. */
import { useId, type CSSProperties, type ReactNode } from 'react';
import type { Control, ControlValue } from '../cells/outputs.ts';
import { changeControl } from '../cells/runner.ts';
import { useNotebook } from '../store/notebook.ts';
import { fillOf, placeOf, placesOf, valueAt, type Slider } from './control-scale.ts';
import { showNumber } from './numbers.ts';
import type { OutputOf } from './output-of.ts';

/** The input with its label. */
export function ControlView({ output, cellId }: ControlViewProps) {
  const { name, label, control } = output;
  const kept = useNotebook((state) => state.controls[name]);
  const onChange = (value: ControlValue): void => changeControl(cellId, name, value);
  // A link may bring a value of another type.
  const value = typeof kept === typeof control.value ? kept : control.value;
  return inputOf(control, { label, value: value ?? control.value, onChange });
}

type ControlViewProps = { readonly output: OutputOf<'control'>; readonly cellId: string };

type Setting = {
  readonly label: string;
  readonly value: ControlValue;
  readonly onChange: (value: ControlValue) => void;
};

function inputOf(control: Control, { label, value, onChange }: Setting): ReactNode {
  switch (control.type) {
    case 'slider':
      return (
        <SliderView slider={control} label={label} value={Number(value)} onChange={onChange} />
      );
    case 'select':
      return (
        <SelectView
          options={control.options}
          label={label}
          value={String(value)}
          onChange={onChange}
        />
      );
    case 'checkbox':
      return (
        <div className="control">
          <label className="box">
            <input
              type="checkbox"
              checked={value === true}
              onChange={({ target }) => onChange(target.checked)}
            />
            {label}
          </label>
        </div>
      );
    case 'button':
      return (
        <div className="control">
          <button className="btn line" type="button" onClick={() => onChange(Number(value) + 1)}>
            {label}
          </button>
        </div>
      );
  }
}

function SliderView({ slider, label, value, onChange }: SliderViewProps) {
  const id = useId();
  const text = showNumber(value);
  return (
    <div className="control">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="range"
        {...placesOf(slider)}
        value={placeOf(slider, value)}
        aria-valuetext={text}
        style={{ '--fill': `${fillOf(slider, value)}%` } as CSSProperties}
        onChange={({ target }) => onChange(valueAt(slider, target.valueAsNumber))}
      />
      <output htmlFor={id}>{text}</output>
    </div>
  );
}

type SliderViewProps = {
  readonly slider: Slider;
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
};

function SelectView({ options, label, value, onChange }: SelectViewProps) {
  const id = useId();
  return (
    <div className="control">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
        {!options.includes(value) && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </div>
  );
}

type SelectViewProps = {
  readonly options: readonly string[];
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
};
