export { FirstTables1782086400000 } from './1782086400000-FirstTables.js';
export { PlanRequests1782691200000 } from './1782691200000-PlanRequests.js';
export { SignInAndMessages1782777600000 } from './1782777600000-SignInAndMessages.js';
export { FollowUp1782864000000 } from './1782864000000-FollowUp.js';
export { ProgrammeReports1782950400000 } from './1782950400000-ProgrammeReports.js';
export { CouncilPictures1783036800000 } from './1783036800000-CouncilPictures.js';
export { PoolGaps1783123200000 } from './1783123200000-PoolGaps.js';
export { Recruiting1783209600000 } from './1783209600000-Recruiting.js';
