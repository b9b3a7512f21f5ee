/** Where the control routes live, on each platform's own port. */
export const CONTROL_PREFIX = '/__sandbox';

export function isControlPath(url: string): boolean {
	return url.startsWith(`${CONTROL_PREFIX}/`);
}
