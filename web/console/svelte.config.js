/** Runes everywhere: one way to say what is state. */
export default { compilerOptions: { runes: true } };
