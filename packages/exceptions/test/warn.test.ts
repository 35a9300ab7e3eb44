import { DeprecationWarning, ResourceWarning, UserWarning, ValueError, Warning, warn } from '@prac/exceptions';
import { beforeAll, expect, test } from 'vitest';

// Node prints warnings through such a listener; here nobody is to read them.
beforeAll(() => void process.removeAllListeners('warning'));

test('a warning reaches the process as an instance of its category', async () => {
  const warning = await warningOf(() => warn('subprocess 4711 is still running', ResourceWarning));
  expect(warning).toBeInstanceOf(ResourceWarning);
  expect([warning.name, warning.message]).toEqual(['ResourceWarning', 'subprocess 4711 is still running']);
});

test('a warning without category is a UserWarning', async () => {
  expect(await warningOf(() => warn('mind the gap'))).toBeInstanceOf(UserWarning);
});

test('its stack begins where warn was called', async () => {
  const warning = await warningOf(() => warn('mind the gap', DeprecationWarning));
  expect(warning.stack?.split('\n')[1]).toContain('warn.test.ts');
});

test('a warning made before is issued as it is', async () => {
  class TemperatureWarning extends Warning {}
  const made = new TemperatureWarning('too hot');
  expect(await warningOf(() => warn(made))).toBe(made);
});

test.each([ValueError, Date, 3, null, 'UserWarning'])('the category %o is refused', (category) => {
  expect(() => warn('text', category as never)).toThrow(/^category must be a Warning subclass, not /);
});

function warningOf(call: () => void): Promise<Error> {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  call();
  return warned;
}
