// pnpm bench:rivals: installs what the benchmarks compare with. bench/ lies outside the workspace, so that a newcomer's first
// command does not download it; its versions are exact, so that figures can be compared.
import { join } from 'node:path';
import { installApart } from './lib/pnpm.ts';
import { ROOT, readPackage } from './lib/workspace.ts';

const bench = join(ROOT, 'bench');
installApart(bench);
const installed = Object.entries(readPackage(bench).dependencies ?? {}).map(([name, version]) => `${name} ${version}`);
console.log(`Installed in bench/: ${installed.join(', ')}`);
