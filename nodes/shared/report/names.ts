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
	const asked = new Map<string, Promise<string>>();
	return async (id) => {
		const name =
			asked.get(id) ??
			settle(async () => await ask(id)).then((read) =>
				'value' in read ? read.value : `${noun} ${id}`,
			);
		asked.set(id, name);
		return await name;
	};
}
