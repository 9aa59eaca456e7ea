/* bcryptprimitives.c
 * For tools/test-windows: a DLL of Windows 10 that wine lacks before 9 and that libvips asks for one function, random bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG len); /* RtlGenRandom(), in advapi32 */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T len)
{
    return SystemFunction036(bytes, (ULONG)len);
}
