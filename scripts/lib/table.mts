import type { IDataObject } from 'n8n-workflow';

/** An item's fields as a table of two columns, wrapped to `width` characters. */
export function toTable(item: IDataObject, width: number): string {
	const fields = Object.entries(item).map(([name, value]) => [name, toText(value)] as const);
	const nameWidth = Math.max(0, ...fields.map(([name]) => name.length));
	const valueWidth = Math.max(20, width - nameWidth - 7);
	const rule = (left: string, middle: string, right: string) =>
		`${left}${'─'.repeat(nameWidth + 2)}${middle}${'─'.repeat(valueWidth + 2)}${right}`;
	const rows = fields.map(([name, text]) =>
		wrap(text, valueWidth)
			.map((line, index) => {
				const label = index === 0 ? name : '';
				return `│ ${label.padEnd(nameWidth)} │ ${line.padEnd(valueWidth)} │`;
			})
			.join('\n'),
	);
	return [rule('┌', '┬', '┐'), rows.join(`\n${rule('├', '┼', '┤')}\n`), rule('└', '┴', '┘')].join(
		'\n',
	);
}

function toText(value: unknown): string {
	if (Array.isArray(value)) return value.map((entry) => `• ${toText(entry)}`).join('\n');
	return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Lines of at most `width` characters, broken at spaces where there are any. */
function wrap(text: string, width: number): string[] {
	const pieces = new RegExp(`.{1,${width}}(?=\\s|$)\\s?|.{1,${width}}`, 'g');
	return text
		.split('\n')
		.flatMap((line) => (line.match(pieces) ?? ['']).map((piece) => piece.trimEnd()));
}
