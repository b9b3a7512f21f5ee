import { headerText } from '../shared/http/headers';

/** A field of the credential that goes out in a header; empty where it is not filled in. */
export const credentialHeader = (value: unknown, label: string): string =>
	headerText(String(value ?? '').trim(), `'${label}' in the AgentFlow credential`);
