/** @file The worker around `gate.ts`. Its one message brings the two ports. */
import { openGate } from './gate.ts';

addEventListener('message', ({ ports }) => {
  const [realm, page] = ports;
  if (realm !== undefined && page !== undefined) openGate(realm, page);
});
