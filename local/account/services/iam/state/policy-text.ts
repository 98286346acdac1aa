/**
 * The length of a policy. White space does not count towards the quotas (IAM user guide, "Quotas").
 */
export const countLength = (text: string) => text.replace(/\s/g, "").length;

/** IAM returns documents percent-encoded (API reference: "URL-encoded compliant with RFC 3986"). */
export const encodeDocument = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
