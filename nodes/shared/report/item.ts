import type { IDataObject, IExecuteFunctions, IPollFunctions } from 'n8n-workflow';
import { isTool } from '../asTool';
import { field } from '../form/parameters';
import type { Http } from '../http/http';
import { BinaryItem } from '../operation';
import { settle } from '../settle';
import { drawReport } from './page';
import type { Report } from './report';
import { summarize } from './summary';

/** The option with which an operation, or a trigger, adds a report to its item. */
export const includeReportField = field({
	displayName: 'Include Report',
	name: 'includeReport',
	type: 'boolean',
	default: false,
	description:
		'Whether to add an HTML page that shows what was done, as a file in the binary field "report"',
});

/** The item of a run whose report is not there, with the reason. */
export const withoutReport = (json: IDataObject, error: unknown): IDataObject => ({
	...json,
	report_note: `The report could not be made: ${error instanceof Error ? error.message : String(error)}`,
});

/** What a report needs of the node that puts it out. */
type ReportContext = Pick<
	IExecuteFunctions | IPollFunctions,
	'getNode' | 'getTimezone' | 'helpers'
>;

/** Makes the reports of one execution, and adds them to items. */
export class Reporter<Run> {
	/**
	 * @param http knows the texts that must not be told, such as the credential's key
	 * @param describe reads what the report tells about a run
	 */
	constructor(
		private readonly context: ReportContext,
		private readonly http: Pick<Http, 'secrets'>,
		private readonly describe: (run: Run) => Promise<Report>,
	) {}

	/** The item with a report: an HTML file, or text where an AI agent's model gets the item. */
	async item(run: Run, json: IDataObject): Promise<BinaryItem | IDataObject> {
		const report = await this.describe(run);
		const zone = this.context.getTimezone();
		const drawing = { zone, at: Date.now(), secrets: this.http.secrets };
		if (isTool(this.context)) return { ...json, report: summarize(report, drawing) };
		const page = Buffer.from(drawReport(report, drawing));
		const name = `run-${report.id.replace(/[^\w.-]+/g, '-').slice(0, 100)}.html`;
		const file = await this.context.helpers.prepareBinaryData(page, name, 'text/html');
		return new BinaryItem(json, { report: file });
	}

	/** The same where the run itself is what is wanted: what keeps the report away costs no item. */
	async itemIf(wanted: boolean | undefined, run: Run, json: IDataObject) {
		if (!wanted) return json;
		const made = await settle(async () => await this.item(run, json));
		if ('value' in made) return made.value;
		return withoutReport(json, made.error);
	}
}
