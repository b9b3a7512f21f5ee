/* A report is sent to people: what looks like a secret is masked in it. */

export const MASK = '••••••';

/** Names of fields whose values are secrets. A number of tokens is none. */
const SECRET_NAME =
	/(^|_)(api_?key|access_?key|private_?key|auth|authorization|bearer|cookie|credentials?|jwt|pass(word|phrase|wd|code)?s?|pwd|secrets?|token|user_config)$/i;

/** Whether a field of this name holds a secret. */
export const isSecretName = (name: string): boolean =>
	SECRET_NAME.test(name.replace(/([a-z\d])([A-Z])/g, '$1_$2').replace(/[\s.-]+/g, '_'));

/** Cheap to look for: without one of these a text holds nothing that is masked. */
const SUSPECT =
	/bearer|basic|key|passw|pwd|secret|token|eyJ|:\/\/|[spr]k[-_]|gh[pousr]_|github_pat|glpat|xox|AKIA|AIza|fm_live_|fly-/i;

/** What stands behind the name of a secret, after this. */
const named = (between: string): RegExp =>
	new RegExp(
		`(api[_-]?key|access[_-]?key|passw(?:or)?d|passphrase|pwd|secret|token)(${between})[^\\s"'\\\\&,;}]{4,}`,
		'gi',
	);

// None of these looks twice at the same stretch of a text: it may have been made to be slow.
const PATTERNS: Array<[RegExp, string]> = [
	[/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}-----|$)/g, MASK],
	// With a digit or a padding: "basic requirements" is no secret.
	[/\b(Bearer|Basic)(\s{1,4})(?=\S{0,500}[\d=])[\w.~+/=-]{8,}/gi, `$1$2${MASK}`],
	[/(?<![\w-])eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, MASK],
	[/(?<![\w-])(?:[spr]k[-_]|github_pat_|glpat-|xox[a-z]-|fm_live_)[\w-]{8,}/g, MASK],
	[/(?<![\w-])(?:gh[pousr]_\w{8,}|AKIA[A-Z\d]{12,}|AIza[\w-]{20,}|fly-[A-Za-z\d]{16,})/g, MASK],
	[/(?<![a-z])([a-z][a-z+.-]{0,20}:\/\/[^\s/:@]{0,200}:)[^\s/@]{1,500}@/gi, `$1${MASK}@`],
	[named(String.raw`\\?["']?\s{0,4}=\s{0,4}\\?["']?|\\?["']\s{0,4}:\s{0,4}\\?["']`), `$1$2${MASK}`],
	// "token: expired" is no secret.
	[named(String.raw`\s?:\s{0,4}(?=\S{0,500}\d)`), `$1$2${MASK}`],
];

/** Makes the function that masks secrets in a text: those given, and what looks like one. */
export function maskerOf(secrets: string[]): (text: string) => string {
	const known = secrets
		.filter((secret) => secret.length >= 4)
		// An answer may hold it as it is or as JSON writes it.
		.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
		// The longer ones first: a shorter one may be a part of them.
		.sort((a, b) => b.length - a.length);
	return (text) => {
		const clean = known.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
		if (!SUSPECT.test(clean)) return clean;
		return PATTERNS.reduce((masked, [pattern, mask]) => masked.replace(pattern, mask), clean);
	};
}
