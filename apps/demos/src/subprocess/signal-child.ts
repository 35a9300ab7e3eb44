const me = `CHILD ${String(process.pid).padStart(6)}`;

console.log(`${me}: Setting up signal handler`);
process.on('SIGUSR1', () => {
  console.log(`${me}: Received USR1`);
  clearTimeout(patience);
});

console.log(`${me}: Pausing to wait for signal`);
const patience = setTimeout(() => {
  console.log(`${me}: Never received signal`);
}, 5000);
