/** The version that travels with the socket's address and with every start. */
export const VERSION = "2.0.0";
