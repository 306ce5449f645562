/** An address without what it is about: pages of one sort look alike. */
export const sortOf = (path: string): string =>
  path
    .replace(/[?#].*/, '')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id')
    .replace(/\/\d{4}(-\d\d-\d\d)?(?=\/|$)/g, '/:when')
    .replace(/(\/(?:kinds|running|seats|steps|rules|templates))\/[a-z][a-z-]*/, '$1/:which');
