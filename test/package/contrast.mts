/** The colours that an SVG paints with. @throws when one is not written as `#rgb` or `#rrggbb`. */
export function paints(svg: string): string[] {
	const values = [...svg.matchAll(/(?:fill|stroke|stop-color)\s*[=:]\s*["']?([^"';\s>]+)/g)]
		.map(([, value]) => value)
		.filter((value) => value !== 'none' && !value.startsWith('url('));
	if (values.length === 0) return ['#000000'];
	for (const value of values) {
		if (!/^#([\da-f]{3}|[\da-f]{6})$/i.test(value)) throw new Error(`${value} cannot be measured`);
	}
	return values;
}

/** The contrast ratio of two colours by WCAG 2, from 1 to 21. */
export function contrast(one: string, other: string): number {
	const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
	const digits = color.slice(1);
	const long = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
	const [red, green, blue] = [0, 2, 4].map((index) => {
		const part = parseInt(long.slice(index, index + 2), 16) / 255;
		return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
