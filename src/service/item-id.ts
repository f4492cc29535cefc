export { isItemId, isNodeId, type ItemId, type NodeId } from '../domain/ids.ts';
