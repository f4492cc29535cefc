import type { Handlers } from '../handler.ts';
import { noSuch } from '../not-found.ts';

export const daemonHandlers = {
  daemons: ({ reads }) => reads.daemons(),
  daemon: async ({ params, reads }) => {
    const daemons = await reads.daemons();
    return (
      daemons.find((one) => one.id === params.daemon) ??
      noSuch(
        'daemon',
        params.daemon,
        daemons.map((one) => one.id),
      )
    );
  },
} satisfies Partial<Handlers>;
