import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../workspace.ts';

const STARTS_WITHIN_MS = 30_000;

/** A registry on this machine, with nothing in it. */
export interface Registry extends AsyncDisposable {
  readonly url: string;
  /** What an .npmrc has to say to publish there: any token will do. */
  readonly npmrc: string;
}

/** Starts verdaccio on a free port of the loopback interface, without a way to other registries. */
export async function startRegistry(folder: string): Promise<Registry> {
  mkdirSync(folder);
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const config = {
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    uplinks: {},
    packages: { '**': { access: '$all', publish: '$all', unpublish: '$all' } },
    log: { type: 'stdout', level: 'warn' },
  };
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config)); // JSON is YAML
  const verdaccio = join(ROOT, 'release/node_modules/verdaccio/bin/verdaccio');
  const child = spawn(process.execPath, [verdaccio, '--config', join(folder, 'config.yaml'), '--listen', host], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' }, // it advises against being root, which in a container everybody is
  });
  await answers(`http://${host}/-/ping`, child);
  return {
    url: `http://${host}/`,
    npmrc: `registry=http://${host}/\n//${host}/:_authToken=anybody\n`,
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + STARTS_WITHIN_MS;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    if (child.exitCode !== null) throw new Error(`The registry has ended with ${child.exitCode}`);
    if (Date.now() > deadline) {
      child.kill();
      throw new Error(`The registry does not answer within ${STARTS_WITHIN_MS / 1000} s`);
    }
    await pause(50);
  }
}
