import type { Duplex } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { connect, connectAgain } from './door.ts';
import type { Hello, Invitation } from './messages.ts';
import { AGAIN, BYE, HELLO, PULSE, Wire } from './wire.ts';

/**
 * Signs of life of a worker, on a connection and in a thread of their own: a task may compute for hours. If the coordinator gives none, the worker
 * ends: its job is not to hold a node for nobody.
 */
export async function pulse({ invitation, hello }: { invitation: Invitation; hello: Hello }): Promise<void> {
  const { address, heartbeat, patience } = invitation;
  const end = (): never => process.kill(process.pid, 'SIGKILL') as never; // `process.exit` would end this thread only
  let heard = performance.now();
  let wire: Wire;
  const open = (link: Duplex | undefined): void => {
    if (link === undefined) {
      end();
      return;
    }
    wire = new Wire(link, (kind) => {
      if (kind === BYE) end(); // it was taken for lost
      if (kind === AGAIN) parentPort!.postMessage('again');
      heard = performance.now();
    });
    wire.send(HELLO, 0, 0, Buffer.from(JSON.stringify({ ...hello, isPulse: true })));
    link.on('close', async () => open(await connectAgain(address, link, patience)));
  };
  open(await connect(address).catch(() => undefined));
  setInterval(() => {
    if (performance.now() - heard > 1000 * patience) end();
    wire.send(PULSE);
  }, 1000 * heartbeat);
}
