/** What Node was started with that its children need, too: how they find and read modules. */
export function nodeArguments(): string[] {
  const wanted =
    /^(--conditions|-C|--import|--require|-r|--loader|--experimental-|--enable-source-maps|--no-warnings|--disable-warning|--stack-trace-limit)/;
  const all = process.execArgv;
  return all.filter(
    (argument, i) => wanted.test(argument) || /^(-C|-r|--import|--require|--conditions)$/.test(all[i - 1] ?? ''),
  );
}
