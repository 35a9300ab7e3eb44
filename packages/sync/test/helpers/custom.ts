/** An error with a field. */
export class Custom extends Error {
  override readonly name: string = 'Custom';
  readonly details: unknown;

  constructor(message: string, details: unknown) {
    super(message);
    this.details = details;
  }
}
