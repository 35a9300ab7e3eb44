import { createRequire } from 'node:module';
import type { Program } from 'acorn';
import { PicklingError } from '../errors.ts';
import { HERE } from './here.ts';

type Parse = typeof import('acorn')['parse'];

let parse: Parse | undefined;

/** For programs that are bundled: the parser comes with them. */
export function useParser(given: Parse): void {
  parse = given;
}

/** acorn is loaded when the first function is looked at: it takes as long as all the rest of this package. */
function loaded(): Parse {
  if (parse !== undefined) return parse;
  try {
    parse = (createRequire(HERE)('acorn') as typeof import('acorn')).parse;
    return parse;
  } catch (cause) {
    const refusal = {
      path: '',
      reason: 'acorn, which reads functions, is not here',
      advice: 'in a bundle: call useAcorn() of @prac/pickle/acorn, or leave acorn out of the bundle and install it',
    };
    throw new PicklingError(refusal, { cause });
  }
}

/** @throws {SyntaxError} where the text is no JavaScript that acorn knows. {PicklingError} where there is no acorn. */
export function parsed(source: string, isModule: boolean): Program {
  return loaded()(source, {
    ecmaVersion: 'latest',
    sourceType: isModule ? 'module' : 'script',
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowSuperOutsideMethod: true,
    allowHashBang: true,
    checkPrivateFields: false,
  });
}
