// The scenarios are TypeScript programs which Node itself runs, so an older Node is told before anything else is loaded.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 24 && !(major === 22 && minor >= 18)) {
  console.error(`The scenarios need Node 22.18 or newer, this is ${process.version}. Start them with: pnpm practical`);
  process.exitCode = 2;
} else {
  const { practical } = await import('./practical.ts');
  const { processTerminal } = await import('./terminal.ts');
  process.exitCode = await practical(process.argv.slice(2), processTerminal());
}
