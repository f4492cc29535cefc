import { shownStates } from '../domain/alert/view.ts';
import type { Route } from './routes.ts';

const json = { method: 'GET', since: '0.1.0' } as const;

/** The routes of alerts. */
export const alertRoutes = {
  alerts: {
    ...json,
    path: '/alerts',
    summary: 'The alerts, and the silences of operators.',
    query: {
      state: { type: 'choice', values: shownStates, about: 'Only alerts in this state.' },
      limit: { type: 'whole', min: 1, max: 1_000, default: 200, about: 'Entries at most.' },
    },
    response: { view: 'Alerts' },
    verb: 'alert list',
  },
  alert: {
    ...json,
    path: '/alerts/{alert+}',
    summary: 'One alert.',
    params: { alert: 'Id of an alert, such as NodeLost/b.' },
    response: { view: 'Alert' },
    verb: 'alert show',
  },
} as const satisfies Readonly<Record<string, Route>>;
