import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { Json } from '../json';

/* The types of a form's values, derived from the fields as n8n reads them. */

type FieldValue<P extends INodeProperties> = P['type'] extends 'number'
	? number
	: P['type'] extends 'boolean'
		? boolean
		: P['type'] extends 'options'
			? OptionValue<P>
			: P['type'] extends 'multiOptions'
				? Array<OptionValue<P>>
				: P['type'] extends 'json'
					? Json | undefined
					: P['type'] extends 'resourceMapper' | 'assignmentCollection'
						? IDataObject
						: P['type'] extends 'collection'
							? Partial<Values<NestedFields<P>>>
							: P['type'] extends 'fixedCollection'
								? Groups<P>
								: string;

type OptionValue<P extends INodeProperties> =
	P['options'] extends Array<infer O> ? (O extends { value: infer V } ? V : never) : string;

type NestedFields<P extends INodeProperties> = P['options'] extends INodeProperties[]
	? P['options']
	: [];

type Groups<P extends INodeProperties> =
	P['options'] extends Array<infer G>
		? {
				[K in G as K extends { name: infer N extends string } ? N : never]: K extends {
					values: infer V extends INodeProperties[];
				}
					? Array<Values<V>>
					: never;
			}
		: never;

/** What the user filled in, typed by the form that asked for it. */
export type Values<P extends INodeProperties[]> = {
	[F in P[number] as F['type'] extends 'notice' ? never : F['name']]: F extends {
		displayOptions: { show: object };
	}
		? FieldValue<F> | undefined
		: FieldValue<F>;
};

/** Keeps a form field's literal types, so that `Values` can name its options. */
export const field = <const P extends INodeProperties>(property: P): P => property;

/** The same for a list of fields that several operations share. */
export const fields = <const P extends INodeProperties[]>(properties: P): P => properties;
