/** The machines for which Temporal's SDK has a program. It is not compiled on other machines, so nothing of the set-up could make them work. */
const supported = { linux: ['x64', 'arm64'], darwin: ['x64', 'arm64'] };

/** Returns why Ringmaster cannot run on this kind of machine, and a cure, or undefined. Reading the C library takes 15 ms. */
export function platformFault({ platform, arch } = process, hasGlibc = () => usesGlibc()) {
  const cure = 'use Linux with glibc (for example Debian) or macOS, on x64 or arm64';
  if (!supported[platform]?.includes(arch)) {
    return { because: `this Node is for ${platform} ${arch} and Temporal's SDK has no program for it`, cure };
  }
  if (platform === 'linux' && !hasGlibc()) {
    return {
      because: "this Node is for musl (as on Alpine) and Temporal's SDK needs glibc",
      cure: 'use Debian or another Linux with glibc: in a container, the image node:24-bookworm',
    };
  }
  return undefined;
}

function usesGlibc() {
  process.report.excludeNetwork = true; // The report would look up the names of network peers.
  return process.report.getReport().header.glibcVersionRuntime !== undefined;
}
