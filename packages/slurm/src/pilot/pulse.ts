import { connect } from './connect.ts';
import type { Hello, Invitation } from './messages.ts';
import { HELLO, PULSE, Wire } from './wire.ts';

/**
 * Signs of life of a worker, on a connection and in a thread of their own: a task may compute for hours. If the coordinator gives none, the worker
 * ends: its job is not to hold a node for nobody.
 */
export async function pulse({ invitation, hello }: { invitation: Invitation; hello: Hello }): Promise<void> {
  let heard = performance.now();
  const end = (): never => process.kill(process.pid, 'SIGKILL') as never; // `process.exit` would end this thread only
  let wire: Wire;
  try {
    wire = new Wire(await connect(invitation), () => {
      heard = performance.now();
    });
  } catch {
    return end();
  }
  wire.socket.on('close', end);
  wire.send(HELLO, 0, 0, Buffer.from(JSON.stringify({ ...hello, isPulse: true })));
  setInterval(() => {
    if (performance.now() - heard > 1000 * invitation.patience) end();
    wire.send(PULSE);
  }, 1000 * invitation.heartbeat);
}
