import type { Handlers } from '../handler.ts';
import { noSuch } from '../not-found.ts';

export const daemonHandlers = {
  daemons: async ({ reads }) => (await reads.status()).daemons,
  daemon: async ({ params, reads }) => {
    const { daemons } = await reads.status();
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
