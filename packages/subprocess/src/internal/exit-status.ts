/** Python's return code from a wait status: the exit status, or the negative number of the signal. */
export function returncodeOf(status: number): number {
  const signal = status & 0x7f;
  if (signal === 0) return (status >> 8) & 0xff;
  // 0x7f: stopped, which happens only under a tracer (we never ask for WUNTRACED).
  return signal === 0x7f ? -((status >> 8) & 0xff) : -signal;
}
