import { pathToFileURL } from 'node:url';

/** The URL of this code. A bundle in CommonJS has no `import.meta`, but a file name. */
export const HERE: string = import.meta.url ?? pathToFileURL(commonJsFile() ?? `${process.cwd()}/`).href;

function commonJsFile(): string | undefined {
  return typeof __filename === 'string' ? __filename : undefined;
}
