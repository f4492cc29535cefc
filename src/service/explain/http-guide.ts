import type { FailureAdvice } from './failure-advice.ts';

/** The advice for the failures of requests to the HTTP server. */
export const httpGuide = {
  'http.not-found': { meaning: 'The HTTP server has nothing at this path, or nothing with this id.', next: [{ run: 'ringmaster status' }] },
  'http.bad-request': {
    meaning: 'A parameter of the request to the HTTP server is not valid.',
    next: [{ say: 'read the message: it names the parameter' }],
  },
  'http.forbidden-host': {
    meaning: 'The request named a host under which the HTTP server does not serve. This protects against web pages that reach for local servers.',
    next: [{ say: 'use http://127.0.0.1 with the port of the server' }],
  },
  'http.method': { meaning: 'The HTTP server only reads. The command line makes changes.', next: [{ run: 'ringmaster --help' }] },
} as const satisfies Readonly<Record<string, FailureAdvice>>;
