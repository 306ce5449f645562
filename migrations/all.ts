export { FirstTables1782086400000 } from './1782086400000-FirstTables.js';
export { PlanRequests1782691200000 } from './1782691200000-PlanRequests.js';
