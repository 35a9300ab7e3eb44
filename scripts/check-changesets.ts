// pnpm check-changesets: lints .changeset/*.md. Their texts become the changelogs, and a misspelt package or bump word would
// only show up while releasing.
import { changesetViolations } from './lib/changesets.ts';

const violations = changesetViolations();
for (const line of violations) console.error(line);
console.log(`${violations.length} violations in the changesets`);
process.exitCode = violations.length > 0 ? 1 : 0;
