import { shared } from './world.ts';

/** What this process is called, as far as it is known in this thread. */
const identity: { name: string } = shared('identity', () => ({ name: 'MainProcess' }));

export function processName(): string {
  return identity.name;
}

export function callProcess(name: string): void {
  identity.name = name;
}
