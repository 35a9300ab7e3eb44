/*
 * What is not data only is lowered to a graph that is: a list of nodes, one for each object, function and symbol, which refer
 * to each other by index. It goes through structured cloning as it is (to a thread), or through the codec (as bytes).
 *
 *   value ── lower ──> { root: [0], nodes: [{ t: 'instance', c: [1], o: { x: 1 } }, { t: 'import', u: 'file:///…', p: ['Point'] }] }
 *                                                                                                ── raise ──> value
 */

/** A value inside a node: itself, if it is primitive; `[index]` of its node otherwise. */
export type Slot = string | number | bigint | boolean | null | undefined | readonly [number];

/**
 * Own properties: by name, those whose key is a symbol as `[key, value, …]`, and those that an assignment would not make as
 * `[key, attributes, value or getter, setter, …]`.
 */
export interface Fields {
  o?: Record<string, Slot>;
  s?: Slot[];
  p?: Slot[];
}

/** An array. One that is mostly holes has only a length here, and its elements among the fields. */
export interface ArrayNode extends Fields {
  readonly t: 'array';
  readonly a: Slot[];
  n?: number;
  /** Indexes of holes. */
  h?: number[];
  /** Its class, if it is not Array itself. */
  c?: Slot;
}
export interface ObjectNode extends Fields {
  readonly t: 'object' | 'null';
}
/** An instance of a class, of which the constructor is not called. */
export interface InstanceNode extends Fields {
  readonly t: 'instance';
  c: Slot;
}
export interface MapNode extends Fields {
  readonly t: 'map';
  /** Key, value, key, value … */
  readonly e: Slot[];
  c?: Slot;
}
export interface SetNode extends Fields {
  readonly t: 'set';
  readonly e: Slot[];
  c?: Slot;
}
/** What structured cloning and the codec carry by themselves. */
export interface RawNode {
  readonly t: 'raw';
  readonly v: unknown;
}
/** A Buffer: structured cloning would make it a Uint8Array. */
export interface BufferNode {
  readonly t: 'buffer';
  readonly v: Uint8Array;
}
/** `Symbol.for(k)`, or the well-known `Symbol[w]`. */
export interface SymbolNode {
  readonly t: 'symbol';
  readonly k?: string;
  readonly w?: string;
}
export interface ErrorNode extends Fields {
  readonly t: 'error';
  /** Its class, or the nearest above it that can be pickled, and the name of its own. */
  c: Slot;
  n: string;
  /** The class is not its own. */
  b?: boolean;
  readonly m: string | undefined;
  readonly k: string | undefined;
  /** `cause` and `errors`, which cannot be enumerated. */
  i?: Record<string, Slot>;
}
/** `new C(...a)` of a class of the platform. */
export interface NewNode extends Fields {
  readonly t: 'new';
  readonly c: string;
  readonly a: readonly Slot[];
}
/** What a reducer said: `f(...a)`, and then its state. */
export interface ReduceNode {
  readonly t: 'reduce';
  f: Slot;
  a: Slot[];
  x?: Slot;
  /** It is `new f(...a)`. */
  readonly w: boolean;
}
/** What the persistent id of the receiver stands for. */
export interface PersistentNode {
  readonly t: 'persistent';
  i: Slot;
}
/** Something that a module exports: URL or specifier, the module that imports it, the path from its namespace. */
export interface ImportNode {
  readonly t: 'import';
  readonly u: string;
  readonly f?: string;
  readonly p: readonly string[];
  /** Its import attribute: `json`. */
  readonly a?: string;
  /** A world that has it keeps it there: `prac.sync/1`. */
  readonly g?: string;
  /** SHA-256 of its file. */
  readonly s?: string;
}
/** Something that every JavaScript world has: the path from globalThis, or `%Name%`. */
export interface IntrinsicNode {
  readonly t: 'intrinsic';
  readonly p: readonly string[];
}
export interface BoundNode {
  readonly t: 'bound';
  f: Slot;
  b: Slot;
  a: Slot[];
}
/** The prototype of a function, and what is not as it was made with it. */
export interface PrototypeNode extends Fields {
  readonly t: 'prototype';
  readonly f: Slot;
  /** What it inherits from. */
  e?: Slot;
  /** Keys of what the text makes, and has been deleted. */
  g?: Slot[];
}
/** A function or class by value. */
export interface FunctionNode extends Fields {
  readonly t: 'function';
  /** The same for the same function, in all threads and processes. */
  readonly i: string;
  /** An expression: a method is one whose value is an object with it. */
  x: string;
  /** Its name, if that is a string. */
  readonly n: string | undefined;
  readonly k: 'expression' | 'class' | 'method';
  /** Strict mode, as in modules. */
  readonly z: boolean;
  readonly u: string;
  /** Line and column where it begins, from 0. */
  readonly l: number;
  readonly q: number;
  /** Captured variables: name, value … */
  v: Slot[];
  /** Those that it assigns to. */
  w: readonly string[];
  /** The class it extends; `null`: `extends null`. */
  e?: Slot;
  /** What it inherits from, if that is neither. */
  b?: Slot;
  /** Its prototype, if that is not as it was made with it: a {@link PrototypeNode} of its own, or another object. */
  y?: Slot;
  /** Private static fields: name, value … */
  h?: Slot[];
  /** Keys of what the text makes, and has been deleted. */
  g?: Slot[];
  /** Instances of it are there: it is the same where it is known. */
  r?: boolean;
  /** It uses `import.meta`, `import()`. */
  m?: boolean;
  d?: boolean;
}
/** `require` of a CommonJS module; `d`: what stands for `import()` in it. */
export interface RequireNode {
  readonly t: 'require';
  readonly u: string;
  readonly d?: boolean;
}
/** A function that the receiver has got before. */
export interface KnownNode {
  readonly t: 'known';
  readonly i: string;
}

export type GraphNode =
  | ArrayNode
  | ObjectNode
  | InstanceNode
  | MapNode
  | SetNode
  | RawNode
  | BufferNode
  | SymbolNode
  | ErrorNode
  | NewNode
  | ReduceNode
  | PersistentNode
  | ImportNode
  | IntrinsicNode
  | BoundNode
  | PrototypeNode
  | FunctionNode
  | RequireNode
  | KnownNode;

export interface Graph {
  readonly root: Slot;
  readonly nodes: readonly GraphNode[];
}
