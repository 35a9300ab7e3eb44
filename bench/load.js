// Imports a rival as seen from this folder, the only place where the rivals are installed.
export default (name) => import(name);
