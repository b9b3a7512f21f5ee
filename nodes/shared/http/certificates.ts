import type { IDataObject, INodeProperties } from 'n8n-workflow';

/* A server that shows a certificate which n8n does not trust, such as one that it has signed itself. */

/** The switch as n8n's own credentials have it. */
export const ignoreSslIssuesField: INodeProperties = {
	displayName: 'Ignore SSL Issues (Insecure)',
	name: 'allowUnauthorizedCerts',
	type: 'boolean',
	default: false,
	description: 'Whether to connect even if SSL certificate validation is not possible',
};

/** The same for the request of a credential's test. */
export const IGNORE_SSL_ISSUES = '={{$credentials.allowUnauthorizedCerts}}';

/** Whether it is switched on; n8n's OAuth2 has a name of its own for it. */
export const ignoresCertificate = (credential: IDataObject): boolean =>
	credential.allowUnauthorizedCerts === true || credential.ignoreSSLIssues === true;

/** The network's names for a certificate that is not trusted. */
const UNTRUSTED = /CERT|UNABLE_TO_VERIFY/;

/**
 * What to do where the connection failed for the certificate; undefined where it did not.
 *
 * @param hasSwitch whether the credential has the switch
 */
export function adviceOnCertificate(
	code: string,
	credential: string,
	hasSwitch: boolean,
): string | undefined {
	if (code === 'CERT_HAS_EXPIRED') return 'Renew the certificate of the service: it has expired.';
	if (!UNTRUSTED.test(code)) return undefined;
	const better =
		"Better: have n8n trust the certificate of the service, or the authority that issued it, with the environment variable NODE_EXTRA_CA_CERTS, which names the certificate's file.";
	return hasSwitch
		? `${better} Otherwise, in a network that you trust, switch on Ignore SSL Issues (Insecure) in ${credential}.`
		: better.replace('Better: have', 'Have');
}
