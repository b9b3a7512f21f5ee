import type {
	IExecuteFunctions,
	IHookFunctions,
	INodeProperties,
	IPollFunctions,
	IWebhookFunctions,
	NodeParameterValueType,
} from 'n8n-workflow';
import { isObject } from '../json';
import { readField } from './coerce';
import { readMapped, refuseUndrawn } from './mapper';
import type { Values } from './values';

/* What was filled into a form, checked and converted: what operations and triggers read it with. */

export { objectOf } from './coerce';
export { field, fields, type Values } from './values';

/** Stands for a field that the form hides. */
const HIDDEN = '\u0000hidden';

/** Reads what was filled in, or HIDDEN. */
type Reader = (property: INodeProperties, fallback: NodeParameterValueType) => unknown;

function readFields<P extends INodeProperties[]>(
	properties: P,
	zone: string,
	read: Reader,
): Values<P> {
	const values: Record<string, unknown> = {};
	for (const property of properties) {
		if (property.type === 'notice') continue;
		// Without a `show`, as where a tool hides it, a field that is not there has its default.
		const conditional = property.displayOptions?.show !== undefined;
		// n8n leaves out what the form hides, and then gives the fallback.
		const raw = read(property, conditional ? HIDDEN : property.default);
		values[property.name] =
			raw === HIDDEN
				? undefined
				: property.type === 'resourceMapper'
					? raw
					: readField(raw, property, zone);
	}
	return values as Values<P>;
}

/** n8n cannot extract the value of a field that the form hides. */
const optionsFor = ({ type, displayOptions }: INodeProperties) =>
	type === 'resourceLocator' && !displayOptions ? { extractValue: true } : undefined;

/**
 * Reads one item's values of the given form fields, checked and converted.
 * A field that the form hides reads as undefined.
 *
 * @throws PlatformError naming the field when a value does not fit its type
 */
export const readParameters = <P extends INodeProperties[]>(
	context: IExecuteFunctions,
	properties: P,
	itemIndex: number,
): Values<P> =>
	readFields(properties, context.getTimezone(), (property, fallback) => {
		const { type, name } = property;
		if (type === 'resourceMapper') return readMapper(context, property, itemIndex, fallback);
		return context.getNodeParameter(name, itemIndex, fallback, optionsFor(property));
	});

/** As it was given: n8n's own conversion takes blanks for wrong values, and names no item. */
const UNCONVERTED = { skipValidation: true };

function readMapper(
	context: IExecuteFunctions,
	property: INodeProperties,
	itemIndex: number,
	fallback: NodeParameterValueType,
): unknown {
	const { name } = property;
	const stored = context.getNode().parameters[name];
	refuseUndrawn(stored, property);
	if (isBare(stored)) {
		return readMapped(context.getNodeParameter(name, itemIndex, fallback), [], property);
	}
	const value = context.getNodeParameter(`${name}.value`, itemIndex, fallback, UNCONVERTED);
	if (value === HIDDEN) return HIDDEN;
	const schema = context.getNodeParameter(`${name}.schema`, itemIndex, []);
	return readMapped(value, schema, property);
}

/** The values alone, or an expression that gives them, as a workflow may hold that no editor has made. */
const isBare = (mapper: unknown): boolean =>
	typeof mapper === 'string' ||
	(isObject(mapper) && !['mappingMode', 'value', 'schema'].some((key) => key in mapper));

/** The same for a node that has no items, such as a trigger. */
export const readNodeParameters = <P extends INodeProperties[]>(
	context: IHookFunctions | IPollFunctions | IWebhookFunctions,
	properties: P,
): Values<P> =>
	readFields(properties, context.getTimezone(), (property, fallback) =>
		context.getNodeParameter(property.name, fallback, optionsFor(property)),
	);
