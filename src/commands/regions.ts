/** @file F6: from one part of the page to the next. A part is a panel or an element with `data-region`. */

const REGIONS = '[data-region], .look, .dock';

const FOCUSABLE =
  'a[href], button:not(:disabled), input, select, textarea, summary, [tabindex]:not([tabindex="-1"])';

/** What takes the focus for a part: what it marks itself, else its first control, else the part. */
function entryOf(region: HTMLElement): HTMLElement {
  const marked = region.querySelector<HTMLElement>('[data-region-entry]');
  return marked ?? region.querySelector<HTMLElement>(FOCUSABLE) ?? region;
}

/** Moves the focus to the next part of the page that is shown, or to the one before. */
export function goToRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)].filter((region) =>
    region.checkVisibility(),
  );
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const from = at < 0 && by < 0 ? 0 : at;
  const next = regions[(from + by + regions.length) % regions.length];
  if (next) entryOf(next).focus();
}
