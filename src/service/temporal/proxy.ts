/**
 * The HTTP proxy that gRPC takes from the environment. `@grpc/grpc-js` reads these variables itself, in lower case only. The functions here follow its
 * rules, so that a sentence can name the proxy and a worker, whose gRPC is another library, uses the same one.
 */

import type { Hint } from '../../domain/failure/hint.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface GrpcProxy {
  /** The name of the variable that names the proxy. */
  readonly variable: string;
  /** `host:port`, without the user and the password. */
  readonly address: string;
  readonly basicAuth?: { readonly username: string; readonly password: string };
}

const variables = ['grpc_proxy', 'https_proxy', 'http_proxy'] as const;

/** Returns the proxy through which gRPC reaches an address, or undefined when it connects directly. */
export function grpcProxyOf(address: string, env: Environment = process.env): GrpcProxy | undefined {
  const host = hostOf(address);
  if (isLoopback(address) || passedBy(host, env)) return undefined;
  const variable = variables.find((name) => env[name] !== undefined && env[name] !== '');
  if (variable === undefined) return undefined;
  try {
    const { protocol, hostname, port, username, password } = new URL(env[variable] ?? '');
    if (protocol !== 'http:') return undefined;
    const basicAuth = username === '' ? {} : { basicAuth: { username: decodeURIComponent(username), password: decodeURIComponent(password) } };
    return { variable, address: `${hostname}:${port === '' ? '80' : port}`, ...basicAuth };
  } catch {
    return undefined; // gRPC ignores a value that is no URL.
  }
}

/** Returns words for a sentence about a server that does not reply: ` through the proxy proxy.example.org:3128 (https_proxy)`, or no words. */
export function throughProxy(address: string, env: Environment = process.env): string {
  const proxy = grpcProxyOf(address, env);
  return proxy === undefined ? '' : ` through the proxy ${proxy.address} (${proxy.variable})`;
}

/** Returns the fix for a server that does not reply through a proxy, or undefined when no proxy is used. `up` passes the variables on to the cluster. */
export function pastProxy(address: string, env: Environment = process.env): Hint | undefined {
  const proxy = grpcProxyOf(address, env);
  if (proxy === undefined) return undefined;
  const name = env['no_grpc_proxy'] ? 'no_grpc_proxy' : 'no_proxy';
  const list = [env[name], hostOf(address)].filter((entry) => entry !== undefined && entry !== '').join(',');
  return { say: `a way past the proxy, before the command is run again: export ${name}=${list}, or unset ${proxy.variable}` };
}

/** Returns whether an address `host:port` is this machine's loopback. No proxy can reach that. */
export function isLoopback(address: string): boolean {
  const host = hostOf(address);
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^(::ffff:)?127(\.\d+){3}$/.test(host);
}

const hostOf = (address: string): string => {
  const [, inBrackets, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(address) ?? [];
  return (inBrackets ?? plain ?? address).toLowerCase();
};

/** Returns whether `no_grpc_proxy` or `no_proxy` names the host: as the end of its name, or as a block of IPv4 addresses. */
function passedBy(host: string, env: Environment): boolean {
  const list = env['no_grpc_proxy'] || env['no_proxy'] || '';
  return list.split(',').some((entry) => entry !== '' && (host.endsWith(entry) || isInBlock(host, entry)));
}

function isInBlock(host: string, entry: string): boolean {
  const [block = '', bits] = entry.split('/');
  const [address, network] = [numberOf(host), numberOf(block)];
  if (bits === undefined || !/^\d+$/.test(bits) || Number(bits) > 32 || address === undefined || network === undefined) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(address / size) === Math.floor(network / size);
}

const numberOf = (ipv4: string): number | undefined =>
  /^\d+(\.\d+){3}$/.test(ipv4) ? ipv4.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0) : undefined;
