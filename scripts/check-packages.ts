// pnpm check-packages [--write]: the conventions of this repository as code. One line per violation; exit 1 if there is any.
// --write mends what can be mended: copies of LICENSE, the table of packages in the README.
import { openPackage } from './lib/package.ts';
import { packageTable } from './lib/package-table.ts';
import { catalog } from './lib/rules/catalog.ts';
import { dependencies } from './lib/rules/dependencies.ts';
import { documents } from './lib/rules/documents.ts';
import { manifest } from './lib/rules/manifest.ts';
import { sources } from './lib/rules/sources.ts';
import { tests } from './lib/rules/tests.ts';
import { packageFolders, ROOT } from './lib/workspace.ts';

const RULES = [manifest, dependencies, documents, sources, tests];

const options = { write: process.argv.includes('--write'), root: ROOT };
const packages = packageFolders(options.root).map((folder) => openPackage(folder, options.root));
const violations = [
  ...packages.flatMap((pkg) => RULES.flatMap((rule) => rule(pkg, options)).map((line) => `${pkg.path}/${line}`)),
  ...catalog(packages, options.root).map((line) => `pnpm-workspace.yaml: ${line}`),
  ...packageTable(options.root, options.write).map((line) => `README.md: ${line}`),
];
for (const line of violations) console.error(line);
console.log(`${packages.length} packages, ${violations.length} violations of the conventions`);
process.exitCode = violations.length > 0 ? 1 : 0;
