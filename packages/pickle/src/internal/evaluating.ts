/** So many calls may be between a module and what it calls. */
const DEEPEST = 200;

/**
 * Whether a module is being evaluated, and this is called by what is at its top level: waiting for it there would never end.
 *
 * The body of a module is a function that begins at its very beginning, and has no name.
 */
export function isEvaluating(url: string): boolean {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = DEEPEST;
    Error.prepareStackTrace = (_, sites) => sites.some((site) => isBodyOf(url, site));
    return (new Error().stack as unknown) === true;
  } catch {
    return false; // --frozen-intrinsics
  } finally {
    Reflect.set(Error, 'prepareStackTrace', prepareStackTrace);
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  }
}

function isBodyOf(url: string, site: NodeJS.CallSite): boolean {
  const isAtBeginning = site.getEnclosingLineNumber() === 1 && site.getEnclosingColumnNumber() === 1;
  return isAtBeginning && site.getFunctionName() === null && site.getFileName() === url;
}
