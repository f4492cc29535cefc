/**
 * Returns a path as ssh reads it in an option such as `UserKnownHostsFile=…`. ssh splits a value at spaces, and replaces tokens such as `%h`. So the
 * path is in quotes, and each per cent sign is doubled.
 */
export const optionPath = (path: string): string => `"${path.replaceAll(/[\\"]/g, String.raw`\$&`).replaceAll('%', '%%')}"`;
