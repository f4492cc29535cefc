import type { ClusterFileCheck } from './checked-file.ts';

/** The own server has its address on this machine, so the file must not name another one for it. The address of an external server has a port. */
export const serverWords: ClusterFileCheck = ({ temporal: { server, address } }) => {
  if (address === undefined) return [];
  const path = ['temporal', 'address'];
  if (server === 'own')
    return [
      {
        path,
        also: [['temporal', 'server']],
        what: 'names an external server, and temporal.server is own',
        hint: 'temporal.server: external, or no address',
      },
    ];
  if (/^[^\s/]+:\d{1,5}$/.test(address)) return [];
  return [{ path, what: `${JSON.stringify(address.slice(0, 80))} is not HOST:PORT`, hint: 'temporal.example.org:7233' }];
};
