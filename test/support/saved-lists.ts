/** Where lists are saved, without the ending that says how. */
export const SAVED = {
  peers: '/peers/export',
  availability: '/imports/availability',
  councils: '/imports/councils',
  challenges: '/challenges',
  offers: '/offers',
  campaigns: '/campaigns',
  events: '/events/export',
  places: '/events/places',
} as const;
