import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** In seconds. */
const LONGEST_WAIT = 2;

/** Some sites of this machine, each with one page. */
export interface Pages {
  readonly hosts: readonly string[];
  /** How many pages were asked for at the same time, at most. */
  readonly atOnce: number;
  close(): void;
}

/**
 * Serves pages that take a while: PRAC_PAGE_SECONDS, or a tenth of a second. (PRAC_HOSTS names other sites, which are left as they are.)
 *
 * @param together - Each page waits until all of them have been asked for, up to two seconds.
 */
export async function servePages(
  count: number,
  { together = false } = {},
): Promise<Pages> {
  const given = process.env.PRAC_HOSTS?.split(' ');
  const seconds = Number(process.env.PRAC_PAGE_SECONDS ?? 0.1);
  let atOnce = 0;
  let open = 0;
  const all = Promise.withResolvers<void>();
  const servers = await Promise.all(
    Array.from({ length: given === undefined ? count : 0 }, () =>
      listening(async () => {
        atOnce = Math.max(atOnce, ++open);
        if (open === count) all.resolve();
        if (together)
          await Promise.race([all.promise, sleep(1000 * LONGEST_WAIT)]);
        await sleep(1000 * seconds);
        open--;
      }),
    ),
  );
  return {
    hosts:
      given ??
      servers.map(
        (server) =>
          `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      ),
    get atOnce() {
      return atOnce;
    },
    close() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

async function listening(answer: () => Promise<void>): Promise<Server> {
  const server = createServer(async (_request, response) => {
    await answer();
    response.end('<html>A page.</html>');
  });
  await new Promise<void>((resolve) =>
    server.listen(0, '127.0.0.1', resolve),
  );
  return server;
}
