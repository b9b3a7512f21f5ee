/** What several items of an execution need to know: asked once a key, and again where it failed. */
export class Remembered<T> {
	private readonly answers = new Map<string, Promise<T>>();

	async of(key: string, ask: () => Promise<T>): Promise<T> {
		const known = this.answers.get(key);
		if (known) return await known;
		const answer = ask();
		this.answers.set(key, answer);
		answer.catch(() => this.answers.delete(key));
		return await answer;
	}
}
