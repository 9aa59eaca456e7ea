/* test-baichuan-xml-secrets.c
 * Secrets in documents: what is masked, also in those that are cut or damaged.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <baichuan/wire/xml-secrets.h>

/* ---- documents in which a '#' is a secret, and nothing else is ------------------------------------------ */

typedef struct {
    GRand *random;
    GString *text;
} document_t;

static void
add_any_of(document_t *document, const char *const *texts, unsigned n)
{
    g_string_append(document->text, texts[g_rand_int_range(document->random, 0, (gint32)n)]);
}

/* What may stand in an element besides other elements. */
static void
add_contents(document_t *document, bool secret)
{
    static const char *const plain[] = { "it's",
                                         "\n",
                                         " a=\"b ",
                                         "a > b",
                                         "&lt;",
                                         "<!-- > - ' -->",
                                         "<![CDATA[ <b a='>]]>",
                                         "<?x y='?>",
                                         "<e/>",
                                         "<e f='/>' g = \"it's\">h</e>" };
    static const char *const secrets[] = { "#",
                                           "\"#'",
                                           "a > #/> \n#",
                                           "<!--#-->",
                                           "<!-- </a> # - ' > # -->",
                                           "<![CDATA[#]]>",
                                           "<![CDATA[ <b a='>#</b>]]]>",
                                           "<e f='/>' g = \"it's\">#</e>#" };

    if (secret && g_rand_boolean(document->random)) {
        add_any_of(document, secrets, G_N_ELEMENTS(secrets));
    } else {
        add_any_of(document, plain, G_N_ELEMENTS(plain));
    }
}

static void
add_element(document_t *document, unsigned depth, bool secret)
{
    static const char *const names[] = { "a",        "body", "userName", "keyboard", "publicKey",
                                         "password", "key",  "x:psk",    "authCode" };
    static const char *const attributes[] = { "", "", " b='c'", " b = \"'\" c=''", " b='>'", "\nb='/>'" };
    const unsigned nth = (unsigned)g_rand_int_range(document->random, 0, G_N_ELEMENTS(names));

    secret = secret || nth >= 5;
    g_string_append_printf(document->text, "<%s", names[nth]);
    add_any_of(document, attributes, G_N_ELEMENTS(attributes));
    g_string_append_c(document->text, '>');
    for (int i = g_rand_int_range(document->random, 0, 5); i > 0; i--) {
        if (depth < 4 && g_rand_boolean(document->random)) {
            add_element(document, depth + 1, secret);
        } else {
            add_contents(document, secret);
        }
    }
    g_string_append_printf(document->text, "</%s>", names[nth]);
}

/* Masks what lies between two places of a document, and looks for secrets in what comes out. */
static void
check_piece(const char *text, size_t from, size_t to)
{
    char *piece = g_strndup(text + from, to - from);

    bc_xml_mask_secrets((uint8_t *)piece, to - from, false);
    if (strchr(piece, '#') != NULL) {
        g_test_message("%.*s\nbecomes\n%s", (int)(to - from), text + from, piece);
        g_test_fail();
    }
    g_free(piece);
}

static void
no_secret_is_shown_wherever_a_document_is_cut(void)
{
    document_t document = { g_rand_new_with_seed(12), g_string_new(NULL) };

    for (unsigned i = 0; i < 300; i++) {
        g_string_truncate(document.text, 0);
        add_element(&document, 0, false);
        for (size_t at = 0; at <= document.text->len && document.text->len < 4000; at++) {
            check_piece(document.text->str, 0, at);
            check_piece(document.text->str, at, document.text->len);
        }
    }
    g_rand_free(document.random);
    g_string_free(document.text, TRUE);
}

static void
only_secrets_are_masked_in_a_whole_document(void)
{
    static const char text[] = PROLOG "<body><a b='<'>c</a><!--d--><publicKey>e</publicKey>f</body>";
    char *copy = g_strdup(text);

    g_assert_false(bc_xml_mask_secrets((uint8_t *)copy, strlen(copy), true));
    g_assert_cmpstr(copy, ==, text);
    g_free(copy);
}

/* ---- bytes of which nobody knows what they are ---------------------------------------------------------- */

static void
check_data(const char *bytes, size_t len, bool expected)
{
    g_assert_true(bc_data_has_secrets((const uint8_t *)bytes, len, false) == expected);
    if (expected) {
        g_assert_true(bc_xml_has_secrets((const uint8_t *)bytes, len, false));
    }
}

#define HAS_SECRETS(literal) check_data(literal, sizeof(literal) - 1, true)
#define HAS_NONE(literal)    check_data(literal, sizeof(literal) - 1, false)

static void
a_document_is_found_in_whatever_bytes_are_around_it(void)
{
    HAS_SECRETS("<?xml version=\"1.0\" ?><body><password>abc</password></body>");
    HAS_SECRETS("\0\1<\"<\xff\0<a '<password>abc");
    HAS_SECRETS("01dcH264\0<x:psk\n a='b'>c");
    HAS_SECRETS("abc</wifiPassword>");
    HAS_SECRETS("abc</password");
    HAS_SECRETS("<<key/>");
    HAS_NONE("<a>b</a>");
    HAS_NONE("password, key");
    HAS_NONE("");
    HAS_NONE("<");
}

static void
letters_that_are_there_by_chance_are_no_tag(void)
{
    HAS_NONE("\1\2<key\0\1>");
    HAS_NONE("</pwd\x03>");
    HAS_NONE("<psk<");
}

static void
what_has_no_secret_is_not_changed_by_masking(void)
{
    static const char text[] = "<<a '\"><!-- <b>c</b> --><![CDATA[d";
    char *copy = g_strdup(text);

    g_assert_false(bc_xml_has_secrets((const uint8_t *)text, strlen(text), true));
    g_assert_false(bc_xml_mask_secrets((uint8_t *)copy, strlen(copy), true));
    g_assert_cmpstr(copy, ==, text);
    g_free(copy);
}

static void
a_user_name_is_a_secret_of_a_login_only(void)
{
    static const uint8_t text[] = "<userName>abc</userName>";

    g_assert_true(bc_data_has_secrets(text, sizeof text - 1, true));
    g_assert_false(bc_data_has_secrets(text, sizeof text - 1, false));
}

/* ---- attributes and documents of their own --------------------------------------------------------------- */

static void
check_masked(const char *text, const char *expected)
{
    char *copy = g_strdup(text);
    const bool masks = strcmp(text, expected) != 0;

    g_assert_true(bc_xml_has_secrets((const uint8_t *)text, strlen(text), false) == masks);
    g_assert_true(bc_xml_mask_secrets((uint8_t *)copy, strlen(copy), false) == masks);
    g_assert_cmpstr(copy, ==, expected);
    g_free(copy);
}

static void
attributes_are_masked_by_their_names(void)
{
    check_masked("<a b=\"c\" password=\"def\" g='h'>i</a>", "<a b=\"c\" password=\"***\" g='h'>i</a>");
    check_masked("<a wifiPsk = 'a\"b>c' d='e'/>", "<a wifiPsk = '*****' d='e'/>");
    check_masked("<a>\n<b x:key=\"c<d\"/></a>", "<a>\n<b x:key=\"***\"/></a>");
    check_masked("<a pwd=\"b", "<a pwd=\"*");
    check_masked("<key><a secret='bc'>d</a></key>", "<key><a secret='**'>*</a></key>");
    check_masked("<a b='password' c=\"key\"/>", "<a b='password' c=\"key\"/>");
    check_masked("<a password=''/>", "<a password=''/>");
}

static void
what_a_phone_is_known_by_is_a_secret_in_its_document_only(void)
{
    check_masked("<PushInfo><token>ab</token><clientID>cd</clientID></PushInfo>",
                 "<PushInfo><token>**</token><clientID>**</clientID></PushInfo>");
    check_masked("<clientID>cd</clientID></PushInfo>", "<clientID>**</clientID></PushInfo>");
    check_masked("<Extension><token>system, network</token></Extension>",
                 "<Extension><token>system, network</token></Extension>");
    check_masked("<HaCfg><url>http://a</url></HaCfg>", "<HaCfg><url>********</url></HaCfg>");
    check_masked("<Ftp><url>http://a</url></Ftp>", "<Ftp><url>http://a</url></Ftp>");
}

static void
of_a_piece_all_is_masked_that_is_a_secret_anywhere(void)
{
    char text[] = "<userName>a</userName><token>b</token><url>c</url><password>d</password><x>e</x>";

    g_assert_true(bc_xml_mask_all_secrets((uint8_t *)text, strlen(text)));
    g_assert_cmpstr(text, ==,
                    "<userName>*</userName><token>*</token><url>*</url><password>*</password><x>e</x>");
}

/* ---- what is masked ------------------------------------------------------------------------------------------ */

static void
check_mask(const char *text, bool login, const char *expected)
{
    char *copy = g_strdup(text);

    bc_xml_mask_secrets((uint8_t *)copy, strlen(copy), login);
    g_assert_cmpstr(copy, ==, expected);
    g_free(copy);
}

static void
passwords_and_keys_are_masked_by_element_name(void)
{
    check_mask("<a><password>abc</password><nonce>n</nonce></a>", false,
               "<a><password>***</password><nonce>n</nonce></a>");
    check_mask("<wifiPassword x=\"1\">abc</wifiPassword>", false, "<wifiPassword x=\"1\">***</wifiPassword>");
    check_mask("<key>abc</key><keyboard>abc</keyboard>", false, "<key>***</key><keyboard>abc</keyboard>");
    check_mask("<authCode>abc</authCode>", false, "<authCode>***</authCode>");
    check_mask("<password/><a>b</a>", false, "<password/><a>b</a>");
}

/* Message 282: what is in it is not on record. */
static void
all_that_is_in_a_key_is_masked(void)
{
    check_mask("<CloudLoginKey version=\"1.1\">\n<a>b</a>\n<c><d>ef</d></c>g\n</CloudLoginKey><x>y</x>",
               false,
               "<CloudLoginKey version=\"1.1\">\n<a>*</a>\n<c><d>**</d></c>**</CloudLoginKey><x>y</x>");
    check_mask("<key><![CDATA[a<b>c]]></key><x>y</x>", false, "<key><![CDATA[*****]]></key><x>y</x>");
    check_mask("<key><!--abc--></key>", false, "<key><!--***--></key>");
    check_mask("<key>a<key>b</key>c</key>d", false, "<key>*<key>*</key>*</key>d");
    check_mask("<publicKey>abc</publicKey>", false, "<publicKey>abc</publicKey>");
}

static void
all_text_before_the_end_of_a_lost_secret_is_masked(void)
{
    check_mask("a<b>c</b>d</CloudLoginKey><x>y</x>", false, "*<b>*</b>*</CloudLoginKey><x>y</x>");
    check_mask("<x>y</x><key>a</key>b</password>c", false, "<x>*</x><key>*</key>*</password>c");
}

static void
a_user_name_is_masked_only_where_it_is_a_hash(void)
{
    check_mask("<userName>abc</userName>", true, "<userName>***</userName>");
    check_mask("<userName>abc</userName>", false, "<userName>abc</userName>");
}

static void
secrets_of_broken_documents_are_masked(void)
{
    check_mask("<<x><password>abc", false, "<<x><password>***");
    check_mask("</y><PASSWORD>abc</a>", false, "</y><PASSWORD>***</a>");
    check_mask("<password", false, "<password");
    check_mask("<!-- <password>abc", false, "<!-- <password>***");
    check_mask("<![CDATA[<password>abc</password>", false, "<![CDATA[<password>***</password>");
    check_mask("<key><!--", false, "<key><!--");
    check_mask("<key><!---->a", false, "<key><!---->*");
    check_mask("<key><![CDATA[a", false, "<key><![CDATA[*");
    check_mask("<password <password>abc", false, "<password <password>***");
}

static void
all_that_is_inside_a_secret_is_masked(void)
{
    check_mask("<psk><![CDATA[abc]]></psk><a>b</a>", false, "<psk><![CDATA[***]]></psk><a>b</a>");
    check_mask("<psk>a<b c=''/>d</psk>", false, "<psk>*<b c=''/>*</psk>");
    check_mask("<psk>a<!-- </psk> -->b</psk>", false, "<psk>*<!--********-->*</psk>");
    check_mask("<psk>a<![CDATA[</psk>]]>b</psk>", false, "<psk>*<![CDATA[******]]>*</psk>");
    check_mask("<psk>a</PSK>b</psk>", false, "<psk>*</PSK>*</psk>");
    check_mask("<x:psk>a</x:psk>", false, "<x:psk>*</x:psk>");
    check_mask("<psk a='/>'>b</psk>", false, "<psk a='/>'>*</psk>");
    check_mask("<psk '>b</psk>", false, "<psk '>*</psk>");
    check_mask("<psk a='b'/><c>d</c>", false, "<psk a='b'/><c>d</c>");
}

/* ---- bytes that go on elsewhere ---- */

static bool
goes_on(bc_secret_trail_t *trail, const char *text)
{
    uint8_t *bytes = g_memdup2(text, strlen(text) + 1); /* so that a read behind them is found */
    const bool secret = bc_data_secrets_go_on(trail, bytes, strlen(text));

    g_free(bytes);
    return secret;
}

/* Whether there is a secret in the first and in the second part of a text that is cut. */
static void
check_cut(const char *text, size_t cut, bool first, bool second)
{
    bc_secret_trail_t trail = { 0 };
    char *before = g_strndup(text, cut);

    g_assert_true(goes_on(&trail, before) == first);
    g_assert_true(goes_on(&trail, text + cut) == second);
    g_assert_false(goes_on(&trail, "what follows"));
    g_free(before);
}

static void
a_secret_goes_on_wherever_it_is_cut(void)
{
    static const char text[] = "<a>b</a><key>wifi</key><c>d</c>";
    const size_t tag = strlen("<a>b</a>"), named = tag + strlen("<key"),
                 end = tag + strlen("<key>wifi</key>");

    for (size_t cut = 0; cut <= strlen(text); cut++) {
        check_cut(text, cut, cut >= named, cut < end);
    }
}

static void
a_secret_goes_on_through_bytes_that_do_not_end_it(void)
{
    bc_secret_trail_t trail = { 0 };

    g_assert_true(goes_on(&trail, "<psk><key>a</key>"));
    g_assert_true(goes_on(&trail, "b"));
    g_assert_true(goes_on(&trail, ""));
    g_assert_true(goes_on(&trail, "<d/><key/></psk>"));
    g_assert_false(goes_on(&trail, "e"));
}

static void
a_value_of_an_attribute_goes_on(void)
{
    static const char text[] = "<a b='c>' key='wifi'/><c>";

    for (size_t cut = strlen("<a b='c>' key='w"); cut < strlen("<a b='c>' key='wifi'/>"); cut++) {
        check_cut(text, cut, true, true);
    }
    check_cut(text, strlen("<a b='c>' k"), false, true);
    check_cut(text, strlen("<a b='c>' key='"), false, true);
    check_cut(text, strlen("<a b='c>"), false, true);
}

static void
a_long_tag_that_is_cut_may_have_a_secret(void)
{
    bc_secret_trail_t trail = { 0 };
    char *spaces = g_strnfill(100, ' ');
    char *text = g_strconcat("<a", spaces, NULL);

    g_assert_false(goes_on(&trail, text));
    g_assert_cmpuint(trail.n_cut, ==, BC_SECRET_CUT);
    g_assert_true(goes_on(&trail, "key='wifi'/>"));
    g_assert_false(goes_on(&trail, "b"));
    g_free(text);
    g_free(spaces);
}

static void
a_token_is_a_secret_in_what_follows_of_its_document(void)
{
    bc_secret_trail_t trail = { 0 };

    g_assert_false(goes_on(&trail, "<PushInfo><a>b"));
    g_assert_true(goes_on(&trail, "<token>c</token></PushInfo>"));
    g_assert_false(goes_on(&trail, "<token>d</token>"));
    g_assert_true(goes_on(&trail, "<token>e</token><PushInfo>"));
}

static void
behind_lost_bytes_no_tag_goes_on(void)
{
    bc_secret_trail_t trail = { 0 };

    g_assert_false(goes_on(&trail, "<ke"));
    bc_data_secrets_lose(&trail);
    g_assert_false(goes_on(&trail, "y>"));
    g_assert_true(goes_on(&trail, "<key>a"));
    bc_data_secrets_lose(&trail);
    g_assert_true(goes_on(&trail, "b"));
}

static void
media_leave_no_secret_by_chance(void)
{
    bc_secret_trail_t trail = { 0 };
    GRand *chance = g_rand_new_with_seed(4);
    uint8_t bytes[1000];

    for (unsigned n = 0; n < 2000; n++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            bytes[i] = (uint8_t)g_rand_int(chance);
        }
        g_assert_false(bc_data_secrets_go_on(&trail, bytes, sizeof bytes));
        g_assert_cmpuint(trail.depth, ==, 0);
    }
    g_rand_free(chance);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/xml-secrets/" #f, f)
    TEST(no_secret_is_shown_wherever_a_document_is_cut);
    TEST(only_secrets_are_masked_in_a_whole_document);
    TEST(a_document_is_found_in_whatever_bytes_are_around_it);
    TEST(letters_that_are_there_by_chance_are_no_tag);
    TEST(what_has_no_secret_is_not_changed_by_masking);
    TEST(a_user_name_is_a_secret_of_a_login_only);
    TEST(attributes_are_masked_by_their_names);
    TEST(what_a_phone_is_known_by_is_a_secret_in_its_document_only);
    TEST(of_a_piece_all_is_masked_that_is_a_secret_anywhere);
    TEST(passwords_and_keys_are_masked_by_element_name);
    TEST(all_that_is_in_a_key_is_masked);
    TEST(all_text_before_the_end_of_a_lost_secret_is_masked);
    TEST(a_user_name_is_masked_only_where_it_is_a_hash);
    TEST(secrets_of_broken_documents_are_masked);
    TEST(all_that_is_inside_a_secret_is_masked);
    TEST(a_secret_goes_on_wherever_it_is_cut);
    TEST(a_secret_goes_on_through_bytes_that_do_not_end_it);
    TEST(a_value_of_an_attribute_goes_on);
    TEST(a_long_tag_that_is_cut_may_have_a_secret);
    TEST(a_token_is_a_secret_in_what_follows_of_its_document);
    TEST(behind_lost_bytes_no_tag_goes_on);
    TEST(media_leave_no_secret_by_chance);
    return g_test_run();
}
