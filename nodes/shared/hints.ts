import type { IExecuteFunctions } from 'n8n-workflow';

/** What is worth knowing about an execution that went through, said once however often it happens. */
export class Hints {
	private readonly details = new Map<string, Set<string>>();

	/**
	 * @param about what is the same for every detail, e.g. "Max Wait was over before these ended"
	 * @param detail what it happened to, e.g. a run's id
	 */
	add(about: string, detail: string): void {
		this.details.set(about, (this.details.get(about) ?? new Set()).add(detail));
	}

	get messages(): string[] {
		return [...this.details].map(([about, details]) => `${about}: ${[...details].join(', ')}`);
	}

	/** Shows them above the node's output in the editor. */
	show(context: IExecuteFunctions): void {
		const hints = this.messages.map((message) => ({ message, location: 'outputPane' as const }));
		if (hints.length > 0) context.addExecutionHints(...hints);
	}
}
