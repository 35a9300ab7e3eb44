let got = 0;
process.on('message', (message) => {
  if (message !== null) return void got++;
  process.send(got);
  got = 0;
});
