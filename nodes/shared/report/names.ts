import { Remembered } from '../remembered';
import { settle } from '../settle';

/**
 * Makes the function that finds the name of what a run is of, asking once for each id.
 *
 * @param ask looks the name up
 * @param noun what it is, for where the name cannot be had, e.g. "Agent"
 */
export function namesBy(
	ask: (id: string) => Promise<string>,
	noun: string,
): (id: string) => Promise<string> {
	const names = new Remembered<string>();
	return async (id) => {
		const read = await settle(async () => await names.of(id, async () => await ask(id)));
		return 'value' in read ? read.value : `${noun} ${id}`;
	};
}
