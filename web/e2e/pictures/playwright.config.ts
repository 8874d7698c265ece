/** Not tests: what makes the pictures of the guide, and a picture of every example page. */

import config from "../playwright.config.js";

export default { ...config, testDir: ".", testMatch: "*.picture.ts", workers: 1 };
