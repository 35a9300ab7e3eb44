import { inspect } from 'node:util';

/** What has gone wrong where nobody could catch it. */
export interface ExceptionContext {
  readonly message: string;
  readonly exception?: unknown;
  readonly [key: string]: unknown;
}

export type ExceptionHandler = (context: ExceptionContext) => unknown;

let handler: ExceptionHandler | undefined;

export function getHandler(): ExceptionHandler | undefined {
  return handler;
}

export function setHandler(next: ExceptionHandler | undefined): void {
  handler = next;
}

/** Writes it to stderr, as Python's logger does. */
export function defaultHandler(context: ExceptionContext): void {
  const lines = [context.message || 'Unhandled exception in event loop'];
  for (const key of Object.keys(context).sort())
    if (key !== 'message' && key !== 'exception') lines.push(`${key}: ${safely(() => String(context[key]))}`);
  if ('exception' in context) lines.push(safely(() => inspect(context.exception)));
  console.error(lines.join('\n'));
}

/** What it runs of others' code may fail. */
function safely(text: () => string): string {
  try {
    return text();
  } catch {
    return '<unprintable>';
  }
}

export function callExceptionHandler(context: ExceptionContext): void {
  if (handler === undefined) {
    defaultHandler(context);
    return;
  }
  try {
    handler(context);
  } catch (exception) {
    defaultHandler({ message: 'Unhandled error in exception handler', exception, context: context.message });
  }
}
