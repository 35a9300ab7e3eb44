import { repr } from '@prac/exceptions';
import { table } from './thread-table.ts';

/* What a thread is made with, and what is no such thing. */

export function defaultName(target: { readonly name: string } | undefined): string {
  const name = `Thread-${table().nextName()}`;
  return target === undefined || target.name === '' ? name : `${name} (${target.name})`;
}

export function checkName(name: unknown): string {
  if (typeof name !== 'string') throw new TypeError(`Expected name to be a string, got ${repr(name)}`);
  return name;
}

export function checkObject(option: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'object' || Array.isArray(value))
    throw new TypeError(`Expected ${option} to be an object, got ${repr(value)}`);
}

export function checkBoolean(option: string, value: unknown): void {
  if (value !== undefined && value !== null && typeof value !== 'boolean')
    throw new TypeError(`Expected ${option} to be a boolean, got ${repr(value)}`);
}
