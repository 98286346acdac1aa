import fc from "fast-check";

const code = fc.oneof(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0, max: 0x10ffff }));

/**
 * Any text, half of it characters that a terminal may obey. The unit "binary" of fast-check has few
 * of these, and takes 0.7 s to list all characters.
 */
export const hostileText = fc.string({ unit: code.map((each) => String.fromCodePoint(each)) });
