const seen: Error[] = [];
let tolerated: RegExp[] = [];

/**
 * Lets the running test cause warnings that match; any other process warning fails it.
 *
 * @param pattern - Compared with `Name: message`.
 */
export function allowWarnings(pattern: RegExp): void {
  tolerated.push(pattern);
}

/**
 * Begins to note down this thread's process warnings.
 */
export function watchWarnings(): void {
  process.on('warning', (warning) => seen.push(warning));
}

/**
 * Ends a test's account of warnings.
 *
 * @returns Those that nobody allowed.
 */
export function takeWarnings(): readonly Error[] {
  const warnings = seen.splice(0).filter((warning) => !tolerated.some((pattern) => pattern.test(String(warning))));
  tolerated = [];
  return warnings;
}
