import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 26 characters that sort by time: 10 of it in milliseconds, 16 of chance. */
export function ulid(seconds: number): string {
	let time = '';
	let rest = Math.floor(seconds * 1000);
	for (let index = 0; index < 10; index += 1) {
		time = ALPHABET.charAt(rest % 32) + time;
		rest = Math.floor(rest / 32);
	}
	return time + Array.from(randomBytes(16), (byte) => ALPHABET.charAt(byte % 32)).join('');
}
