/** Style sheets are taken into the bundle by esbuild and have nothing to import. */
declare module '*.css';
