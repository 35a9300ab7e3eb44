export { type PublicPackage, publicPackages } from './public-packages.ts';
