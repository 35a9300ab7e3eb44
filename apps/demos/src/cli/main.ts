// Node itself runs the scenarios as they are written, `using` and all: that takes a newer Node than the packages need.
const OLDEST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(
    `The scenarios need Node ${OLDEST_NODE} or newer; this is ${process.version}. Start them with: pnpm practical`,
  );
  process.exitCode = 2;
} else {
  const { practical } = await import('./practical.ts');
  const { processTerminal } = await import('./terminal.ts');
  process.exitCode = await practical(process.argv.slice(2), processTerminal());
}
