/** @file An icon of lucide, 16 px, in the colour of the text. Text beside it says what it means, or `label` does. */
import { ICONS, type IconName } from './icons.ts';

export function Icon({ name, label, className }: IconProps) {
  const hidden =
    label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return (
    <svg
      className={className === undefined ? 'i' : `i ${className}`}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      {...hidden}
      // The text is ours: a file of lucide, built in.
      dangerouslySetInnerHTML={{ __html: ICONS[name] }}
    />
  );
}

type IconProps = {
  readonly name: IconName;
  readonly label?: string;
  readonly className?: string;
};
