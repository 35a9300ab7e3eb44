import { repr } from '@prac/exceptions';
import type { Steps } from '@prac/park';
import { AuthenticationError } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { Form } from './turn.ts';

/*
 * Each of the two proves to the other that it knows the key, without telling it. As Python does it (3.12 and later; before, the digest was MD5
 * without a name, which is understood, too).
 *
 *   A ── #CHALLENGE#{sha256}random ──> B
 *     <── {sha256}HMAC(key, {sha256}random) ──
 *     ── #WELCOME# or #FAILURE# ──>              and then the other way round
 */
const CHALLENGE = Buffer.from('#CHALLENGE#');
const WELCOME = Buffer.from('#WELCOME#');
const FAILURE = Buffer.from('#FAILURE#');
const MESSAGE_BYTES = 40;
const SHORTEST_MESSAGE = 20;
/** Of messages and answers without a name. */
const OLD_LENGTHS = [20, 16];
const DIGESTS = ['md5', 'sha256', 'sha384', 'sha3_256', 'sha3_384'];
const LONGEST_NAME = Math.max(...DIGESTS.map((name) => name.length));
const MOST_BYTES = 256;
const BRACE = 0x7d;

/** Has the other one prove that it knows the key. @throws {AuthenticationError} if it does not. */
export function* deliverChallenge(connection: Connection, form: Form, key: Uint8Array): Steps<void> {
  const message = Buffer.concat([Buffer.from('{sha256}'), crypto.getRandomValues(new Uint8Array(MESSAGE_BYTES))]);
  yield* connection.sendFrame(form, Buffer.concat([CHALLENGE, message]));
  const response = yield* connection.receiveFrame(form, MOST_BYTES);
  try {
    verify(key, message, response);
  } catch (error) {
    yield* connection.sendFrame(form, FAILURE);
    throw error;
  }
  yield* connection.sendFrame(form, WELCOME);
}

/** Proves that this side knows the key. @throws {AuthenticationError} if the other one does not believe it. */
export function* answerChallenge(connection: Connection, form: Form, key: Uint8Array): Steps<void> {
  const challenge = yield* connection.receiveFrame(form, MOST_BYTES);
  if (!challenge.subarray(0, CHALLENGE.length).equals(CHALLENGE))
    throw new AuthenticationError(`Protocol error, expected challenge: message=${repr(challenge)}`);
  const message = challenge.subarray(CHALLENGE.length);
  if (message.length < SHORTEST_MESSAGE) throw new AuthenticationError(`challenge too short: ${message.length} bytes`);
  yield* connection.sendFrame(form, answerTo(key, message));
  const response = yield* connection.receiveFrame(form, MOST_BYTES);
  if (!response.equals(WELCOME)) throw new AuthenticationError('digest sent was rejected');
}

function answerTo(key: Uint8Array, message: Buffer): Buffer {
  const { digest } = parsed(message);
  const answer = hmac(digest || 'md5', key, message);
  return digest === '' ? answer : Buffer.concat([Buffer.from(`{${digest}}`), answer]);
}

function verify(key: Uint8Array, message: Buffer, response: Buffer): void {
  const { digest, payload } = parsed(response);
  const expected = hmac(digest || 'md5', key, message);
  if (payload.length !== expected.length)
    throw new AuthenticationError(
      `expected ${repr(digest || 'md5')} of length ${expected.length} got ${payload.length}`,
    );
  if (!process.getBuiltinModule('node:crypto').timingSafeEqual(expected, payload))
    throw new AuthenticationError('digest received was wrong');
}

/** The name of the digest that a message begins with, and the rest of it. */
function parsed(message: Buffer): { readonly digest: string; readonly payload: Buffer } {
  if (OLD_LENGTHS.includes(message.length)) return { digest: '', payload: message };
  const end = message.indexOf(BRACE);
  if (message.length > 0 && message[0] === 0x7b && end > 0 && end <= LONGEST_NAME + 1) {
    const digest = message.toString('latin1', 1, end);
    if (DIGESTS.includes(digest)) return { digest, payload: message.subarray(end + 1) };
  }
  throw new AuthenticationError(
    `unsupported message length, missing digest prefix, or unsupported digest: message=${repr(message)}`,
  );
}

function hmac(digest: string, key: Uint8Array, message: Buffer): Buffer {
  // Loaded when it is needed: a process starts without it.
  const { createHmac } = process.getBuiltinModule('node:crypto');
  return createHmac(digest.replace('_', '-'), key).update(message).digest();
}
