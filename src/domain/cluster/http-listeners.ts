/**
 * The HTTP listeners of control. A listener has a key of the cluster file under `http`, which gives its port, and serves the routes whose row names it
 * (`src/contract/routes.ts`). A listener without a port is not opened.
 */
import type { ClusterConfig } from './cluster.ts';

export const listeners = {
  main: { key: 'port', what: 'HTTP and the web page' },
  health: { key: 'healthPort', what: 'the health checks' },
} as const satisfies Readonly<Record<string, { readonly key: keyof ClusterConfig['http']; readonly what: string }>>;

export type HttpListener = keyof typeof listeners;

export interface OpenListener {
  readonly listener: HttpListener;
  readonly port: number;
  readonly key: (typeof listeners)[HttpListener]['key'];
  readonly what: string;
}

const names = Object.keys(listeners) as readonly HttpListener[];

/** Returns the listeners that have a port, in the order of the table. */
export const openListeners = (http: { readonly [Key in OpenListener['key']]?: number | undefined }): readonly OpenListener[] =>
  names.flatMap((listener) => {
    const { key, what } = listeners[listener];
    const port = http[key];
    return port === undefined ? [] : [{ listener, port, key, what }];
  });
