// Long because what is put into each kind of syntax is one table.
import type {
  AnyNode,
  ArrowFunctionExpression,
  CallExpression,
  ForOfStatement,
  Function as FunctionNode,
  Identifier,
  MemberExpression,
  Node,
  Program,
} from 'acorn';
import { conflictingNames } from './conflicting-names.ts';
import { Edits } from './edits.ts';
import { parser } from './parser.ts';
import { childrenOf } from './syntax.ts';

/*
 * A source is given what tells the profiler of each call. Nothing is taken away, and no line is added.
 *
 *   function f(a) { BODY }     { const __k=__p.e(7);try{ BODY }finally{__p.x(__k)}}
 *   (a) => EXPRESSION          {const __k=__p.e(8);try{return(EXPRESSION)}finally{__p.x(__k)}}
 *   async, generators          the same with ge, gx: what they give is a frame, which can be suspended
 *   await X, yield X           __p.r(__k,await __p.s(__k,X))                s: suspend, r: resume
 *   yield* X                   yield* __p.yd(__k,X)                         it runs whenever X does
 *   catch, finally             in those: __p.gc(__k); a wait that has failed is over
 *   for await (x of X) BODY    for await (x of __p.fa(__k,X)) {__p.r(__k); BODY } __p.r(__k);
 *   f(x), a.b(x)               __p.b(f)(x), __p.m(a,"b"/*.b* /)(x)           if built-in functions are counted: see built-ins.ts
 *   the module                 const __m=__p.e(1) … __p.x(__m)              a frame, if it has a top-level await
 *
 * The names are such that nobody else has them.
 */
const RUNTIME = '__pracProfile';
const FRAME = '__pracFrame';
const MODULE_FRAME = '__pracModule';

/** A function of a source: where it is, and what it is called. */
export interface Defined {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
}

export interface InstrumentOptions {
  readonly isModule: boolean;
  /** Gives the functions of the source their numbers. */
  define(defined: Defined): number;
  /** An expression for the runtime: see runtime.ts. */
  readonly runtime: string;
  /** Whether calls of built-in functions are to be seen. */
  readonly builtIns?: boolean;
  /** The source is the body of a function, in which only one expression is meant: where it begins, and what the function there is called. */
  readonly only?: { readonly from: number; readonly name: string | undefined };
}

/** The function that a node is in. */
interface Context {
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  /** The variable that holds what `e` or `ge` has given. */
  readonly frame: string;
  /** Whether the module itself waits. */
  readonly isModule: boolean;
}

/** @throws {SyntaxError} where it is no JavaScript that acorn knows. */
export function instrument(source: string, options: InstrumentOptions): Edits {
  return new Instrumenter(source, options).run();
}

class Instrumenter {
  readonly #source: string;
  readonly #options: InstrumentOptions;
  readonly #edits: Edits;
  readonly #program: Program;
  /** Where the arrows begin. */
  readonly #arrows: number[] = [];
  readonly #ancestors: AnyNode[] = [];
  #hasTopLevelAwait = false;

  constructor(source: string, options: InstrumentOptions) {
    this.#source = source;
    this.#options = options;
    this.#edits = new Edits(source);
    this.#program = parser()(source, {
      ecmaVersion: 'latest',
      sourceType: options.isModule ? 'module' : 'script',
      locations: true,
      preserveParens: true,
      allowHashBang: true,
      allowReturnOutsideFunction: !options.isModule,
      onToken: (token) => {
        if (token.type.label === '=>') this.#arrows.push(token.start);
      },
    });
  }

  run(): Edits {
    if (this.#options.only !== undefined) return this.#runOnly(this.#options.runtime);
    const module = this.#options.define({ name: '<module>', line: 1, column: 0 });
    const context: Context = { isAsync: true, isGenerator: false, frame: MODULE_FRAME, isModule: true };
    this.#visitChildren(this.#program, this.#options.isModule ? context : undefined, undefined);
    const [enter, leave] = this.#hasTopLevelAwait ? ['ge', 'gx'] : ['me', 'x'];
    // A module's declarations have to stay outside; of a script, which may return, the end is always seen.
    const isBlock = !this.#options.isModule && !conflictingNames(this.#program);
    const { at, before } = this.#behindDirectives(this.#program.body, 0);
    // A script's own names would be global.
    const declaration = isBlock ? '{const' : this.#options.isModule ? 'const' : 'var';
    const head = `${declaration} ${RUNTIME}=${this.#options.runtime},${MODULE_FRAME}=${RUNTIME}.${enter}(${module});`;
    const begin = `${before}${head}${isBlock ? 'try{' : ''}`;
    const leaving = `${RUNTIME}.${leave}(${MODULE_FRAME})`;
    // On a line of its own: a comment may be in the last one.
    const end = isBlock ? `\n}finally{${leaving}}}` : `\n;${leaving};`;
    const isEmpty = at === this.#source.length;
    this.#edits.open(at, isEmpty ? `\n${begin}${end}` : begin, -1);
    if (!isEmpty) this.#edits.close(this.#source.length, end, -1);
    return this.#edits;
  }

  #runOnly(runtime: string): Edits {
    this.#visitChildren(this.#program, undefined, undefined);
    const { at, before } = this.#behindDirectives(this.#program.body, 0);
    this.#edits.open(at, `${before}const ${RUNTIME}=${runtime};`, -1);
    return this.#edits;
  }

  #visit(node: AnyNode, context: Context | undefined, className: string | undefined): void {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        if (this.#isReExport(node)) return;
        if (node.end <= (this.#options.only?.from ?? 0)) return;
        this.#function(node, className);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.#visitChildren(node, context, node.id?.name ?? this.#nameOfVariable() ?? '<class>');
        return;
      case 'AwaitExpression':
        if (context?.isAsync) this.#suspension(node, node.argument, context);
        break;
      case 'YieldExpression':
        if (!context?.isGenerator) break;
        if (node.delegate) this.#delegation(node.argument!, context);
        else this.#suspension(node, node.argument ?? undefined, context);
        break;
      case 'ForOfStatement':
        if (node.await && context?.isAsync) this.#forAwait(node, context);
        break;
      case 'CallExpression':
        if (this.#options.builtIns) this.#call(node);
        break;
      case 'CatchClause':
        this.#resumed(node.body.start + 1, context);
        break;
      case 'TryStatement':
        if (node.finalizer != null) this.#resumed(node.finalizer.start + 1, context);
        break;
      default:
    }
    this.#visitChildren(node, context, className);
  }

  #visitChildren(node: AnyNode, context: Context | undefined, className: string | undefined): void {
    this.#ancestors.push(node);
    for (const child of childrenOf(node)) this.#visit(child, context, className);
    this.#ancestors.pop();
  }

  get #depth(): number {
    return this.#ancestors.length;
  }

  #function(node: FunctionNode | ArrowFunctionExpression, className: string | undefined): void {
    // Two declarations of a name that a function may have, and a block may not.
    if (conflictingNames(node.body as AnyNode)) {
      this.#visitChildren(node as AnyNode, undefined, undefined);
      return;
    }
    const context: Context = {
      isAsync: node.async,
      isGenerator: node.generator,
      frame: FRAME,
      isModule: false,
    };
    const isFrame = node.async || node.generator;
    const { line, column } = node.loc!.start;
    const id = this.#options.define({ name: this.#nameOf(node, className), line, column });
    const begin = `const ${FRAME}=${RUNTIME}.${isFrame ? 'ge' : 'e'}(${id});try{`;
    const end = `}finally{${RUNTIME}.${isFrame ? 'gx' : 'x'}(${FRAME})}`;
    const depth = this.#depth;
    this.#ancestors.push(node as AnyNode);
    for (const parameter of node.params) this.#visit(parameter as AnyNode, undefined, undefined);
    this.#visit(node.body as AnyNode, context, undefined);
    this.#ancestors.pop();
    if (node.body.type === 'BlockStatement') {
      const { at, before } = this.#behindDirectives(node.body.body as AnyNode[], node.body.start + 1);
      const isEmpty = at === node.body.end - 1;
      this.#edits.open(at, before + begin + (isEmpty ? end : ''), depth);
      if (!isEmpty) this.#edits.close(node.body.end - 1, end, depth);
    } else {
      this.#edits.open(this.#arrowBefore(node.body.start) + 2, `{${begin}return(`, depth);
      this.#edits.close(node.end, `)${end}}`, depth);
    }
  }

  /** `await X`, `yield X`: what it waits with begins behind X. */
  #suspension(node: Node, argument: AnyNode | undefined, context: Context): void {
    if (context.isModule) this.#hasTopLevelAwait = true;
    const { frame } = context;
    const depth = this.#depth;
    this.#edits.open(node.start, `${RUNTIME}.r(${frame},`, depth);
    if (argument === undefined) this.#edits.close(node.end, ` ${RUNTIME}.s(${frame}))`, depth);
    else {
      this.#edits.open(argument.start, `${RUNTIME}.s(${frame},`, depth + 0.5);
      this.#edits.close(argument.end, ')', depth + 0.5);
      this.#edits.close(node.end, ')', depth);
    }
  }

  /** `yield* X`: it runs whenever X does. */
  #delegation(argument: AnyNode, { frame }: Context): void {
    this.#edits.open(argument.start, `${RUNTIME}.yd(${frame},`, this.#depth + 0.5);
    this.#edits.close(argument.end, ')', this.#depth + 0.5);
  }

  /** What is called may be built in. */
  #call({ callee, optional, start }: CallExpression): void {
    if (optional || start < (this.#options.only?.from ?? 0)) return;
    const depth = this.#depth + 0.5;
    if (callee.type === 'Identifier' && callee.name !== 'eval' && callee.name !== 'require') {
      this.#edits.open(callee.start, `${RUNTIME}.b(`, depth);
      this.#edits.close(callee.end, ')', depth);
    }
    if (callee.type !== 'MemberExpression' || !isPlainMember(callee)) return;
    const { object, property, computed } = callee;
    const between = this.#source.slice(object.end, property.start) + this.#source.slice(property.end, callee.end);
    if (/\/[/*]|\*\//.test(between)) return; // what was there becomes a comment
    if (!this.#options.isModule && object.type === 'Identifier' && object.name === 'Object') return; // see #isReExport
    this.#edits.open(object.start, `${RUNTIME}.m(`, depth);
    if (computed) {
      this.#edits.close(object.end, ',/*', depth);
      this.#edits.open(property.start, '*/', depth);
      this.#edits.close(property.end, '/*', depth);
    } else this.#edits.close(object.end, `,${JSON.stringify((property as Identifier).name)}/*`, depth);
    this.#edits.close(callee.end, '*/)', depth);
  }

  #forAwait(node: ForOfStatement, context: Context): void {
    if (context.isModule) this.#hasTopLevelAwait = true;
    const { frame } = context;
    const depth = this.#depth;
    const resume = `${RUNTIME}.r(${frame});`;
    this.#edits.open(node.right.start, `${RUNTIME}.fa(${frame},`, depth + 0.5);
    this.#edits.close(node.right.end, ')', depth + 0.5);
    this.#edits.open(node.body.start, `{${resume}`, depth + 0.5);
    this.#edits.close(node.body.end, '}', depth + 0.5);
    // Around the labels, too: `continue` looks for them in front of the loop.
    let statement: AnyNode = node;
    for (let i = this.#ancestors.length - 1; this.#ancestors[i]?.type === 'LabeledStatement'; i--)
      statement = this.#ancestors[i]!;
    this.#edits.open(statement.start, '{', depth);
    this.#edits.close(statement.end, `${resume}}`, depth);
  }

  /** An error has ended a wait: in what is done about it the function runs again. */
  #resumed(at: number, context: Context | undefined): void {
    if (context === undefined || !(context.isAsync || context.isGenerator)) return;
    this.#edits.open(at, `${RUNTIME}.gc(${context.frame});`, this.#depth);
  }

  #arrowBefore(at: number): number {
    let [low, high] = [0, this.#arrows.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#arrows[middle]! < at) low = middle;
      else high = middle;
    }
    return this.#arrows[low]!;
  }

  /** A directive is one only if it comes first. It may end without a semicolon. */
  #behindDirectives(body: readonly AnyNode[], start: number): { at: number; before: string } {
    let at = this.#source.startsWith('#!') && start === 0 ? this.#endOfLine() : start;
    let before = '';
    for (const statement of body) {
      if (!('directive' in statement) || statement.directive === undefined) break;
      at = statement.end;
      before = ';';
    }
    return { at, before };
  }

  #endOfLine(): number {
    const end = this.#source.search(/[\n\r\u2028\u2029]/);
    return end < 0 ? this.#source.length : end + 1;
  }

  #nameOf(node: FunctionNode | ArrowFunctionExpression, className: string | undefined): string {
    if (!isArrow(node) && node.id != null) return node.id.name;
    const parent = this.#ancestors.at(-1);
    const own = this.#ownName(parent) ?? this.#givenName(parent) ?? (isArrow(node) ? '<lambda>' : '<anonymous>');
    const isMember = parent?.type === 'MethodDefinition' || parent?.type === 'PropertyDefinition';
    return isMember && className !== undefined ? `${className}.${own}` : own;
  }

  /** Node looks for exports in the text of CommonJS modules: what compilers write for them is left as it is. */
  #isReExport(node: FunctionNode | ArrowFunctionExpression): boolean {
    if (this.#options.isModule || node.type !== 'FunctionExpression') return false;
    const text = this.#source.slice(node.start, node.end);
    return (
      text.length < 400 &&
      (/^function\s*\(\)\s*\{\s*return [\w$.]+;?\s*\}$/.test(text) || /\bexports\[\w+\]/.test(text))
    );
  }

  /** Of the one that is meant. */
  #givenName(parent: AnyNode | undefined): string | undefined {
    const { only } = this.#options;
    if (only?.name === undefined || only.name === '') return undefined;
    return parent?.type === 'ParenthesizedExpression' && parent.start === only.from ? only.name : undefined;
  }

  /** The name that the function gets where it stands. */
  #ownName(parent: AnyNode | undefined): string | undefined {
    switch (parent?.type) {
      case 'VariableDeclarator':
      case 'AssignmentPattern':
        return this.#nameOfVariable();
      case 'AssignmentExpression':
        return this.#source.slice(parent.left.start, parent.left.end);
      case 'MethodDefinition':
      case 'PropertyDefinition':
      case 'Property': {
        const { key, computed } = parent;
        const text = computed ? `[${this.#source.slice(key.start, key.end)}]` : keyText(key as AnyNode);
        const isAccessor = 'kind' in parent && (parent.kind === 'get' || parent.kind === 'set');
        return isAccessor ? `${parent.kind} ${text}` : text;
      }
      default:
        return undefined;
    }
  }

  #nameOfVariable(): string | undefined {
    const parent = this.#ancestors.at(-1);
    if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name;
    if (parent?.type === 'AssignmentPattern' && parent.left.type === 'Identifier') return parent.left.name;
    return undefined;
  }
}

/** Not of `super`, no private one, none that may not be asked for (`a?.b.c`). */
function isPlainMember({ object, property, optional }: MemberExpression): boolean {
  if (optional || object.type === 'Super' || property.type === 'PrivateIdentifier') return false;
  for (let at: AnyNode = object; at.type === 'MemberExpression' || at.type === 'CallExpression'; ) {
    if (at.optional) return false;
    at = at.type === 'MemberExpression' ? at.object : at.callee;
  }
  return true;
}

function isArrow(node: FunctionNode | ArrowFunctionExpression): node is ArrowFunctionExpression {
  return node.type === 'ArrowFunctionExpression';
}

function keyText(key: AnyNode): string {
  if (key.type === 'Identifier') return key.name;
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  return key.type === 'Literal' ? String(key.value) : '<anonymous>';
}
