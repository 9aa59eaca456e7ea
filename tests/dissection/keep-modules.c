/* Keeps modules in memory to the end of the process.
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark unloads its plugins before the sanitizer looks for what was never freed, and then nobody could
 * say whose it was. */

__attribute__((visibility("default"))) int dlclose(void *module);

/* Stands before libc's function of this name. */
int
dlclose(void *module)
{
    (void)module;
    return 0;
}
