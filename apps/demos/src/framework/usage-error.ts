/** The command was used wrongly, or cannot do here what it was asked for: exit status 2 and the message, no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
