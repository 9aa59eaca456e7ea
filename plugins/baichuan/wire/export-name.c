/* export-name.c
 * Names of exported files.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/export-name.h>

#include <glib.h>
#include <string.h>

#define MAX_TEXT 64u /* characters of a text that goes into a name */

static void
append_text(GString *out, const char *text, size_t len)
{
    len = MIN(len, MAX_TEXT);
    for (size_t i = 0; i < len; i++) {
        const char c = text[i];
        const bool plain = g_ascii_isalnum(c) || c == '-' || c == '_' || (c == '.' && i > 0);
        g_string_append_c(out, plain ? c : '_');
    }
}

/* The last component of a path; Windows separators count, too. */
static const char *
last_component(const char *path)
{
    const char *last = path;

    for (const char *p = path; *p != '\0'; p++) {
        if (*p == '/' || *p == '\\') {
            last = p + 1;
        }
    }
    return last;
}

/* The dot before an extension: one to five letters and digits. NULL if there is none. */
static const char *
extension_of(const char *file)
{
    const char *dot = strrchr(file, '.');

    if (dot == NULL || dot == file || dot[1] == '\0' || strlen(dot + 1) >= BC_EXPORT_EXTENSION) {
        return NULL;
    }
    for (const char *p = dot + 1; *p != '\0'; p++) {
        if (!g_ascii_isalnum(*p)) {
            return NULL;
        }
    }
    return dot;
}

static void
append_stream(GString *out, const char *stream_type)
{
    static const char suffix[] = "Stream";
    size_t len = strlen(stream_type);

    if (len > sizeof suffix - 1 && g_str_has_suffix(stream_type, suffix)) {
        len -= sizeof suffix - 1;
    }
    g_string_append(out, g_ascii_isdigit(stream_type[0]) ? "-stream" : "-");
    append_text(out, stream_type, len);
}

char *
bc_export_base_name(const bc_export_name_t *name)
{
    GString *out = g_string_new(NULL);
    const char *camera = (name->camera != NULL) ? name->camera : "camera";

    append_text(out, camera, strlen(camera));
    if (name->channel >= 0) {
        g_string_append_printf(out, "-ch%d", name->channel);
    }
    if (name->stream_type != NULL && name->stream_type[0] != '\0') {
        append_stream(out, name->stream_type);
    }
    if (name->kind != NULL) {
        g_string_append_printf(out, "-%s", name->kind);
    }
    if (name->file_name != NULL) {
        const char *file = last_component(name->file_name);
        const char *extension = extension_of(file);
        const size_t len = (extension != NULL) ? (size_t)(extension - file) : strlen(file);
        if (len > 0) {
            g_string_append_c(out, '-');
            append_text(out, file, len);
        }
    }
    g_string_append_printf(out, "-frame%u", name->frame);
    return g_string_free(out, FALSE);
}

void
bc_export_extension(const char *file_name, const char *usual, char out[BC_EXPORT_EXTENSION])
{
    const char *dot = (file_name != NULL) ? extension_of(last_component(file_name)) : NULL;

    g_strlcpy(out, (dot != NULL) ? dot + 1 : usual, BC_EXPORT_EXTENSION);
    for (char *p = out; *p != '\0'; p++) {
        *p = g_ascii_tolower(*p);
    }
}

char *
bc_export_file_name(const char *base, unsigned nth, bool incomplete, const char *extension)
{
    GString *out = g_string_new(base);

    if (nth > 1) {
        g_string_append_printf(out, "-%u", nth);
    }
    if (incomplete) {
        g_string_append(out, "-incomplete");
    }
    g_string_append_printf(out, ".%s", extension);
    return g_string_free(out, FALSE);
}
