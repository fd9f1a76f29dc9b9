package dev.antiphon.app;

/**
 * Colour for the few kinds of words that deserve it; leaves text as it is where colour is not wanted.
 *
 * @param colour whether to colour
 */
record Ink(boolean colour) {
    String strong(String text) {
        return paint("1", text);
    }

    String quiet(String text) {
        return paint("2", text);
    }

    String good(String text) {
        return paint("32", text);
    }

    String bad(String text) {
        return paint("31", text);
    }

    String accent(String text) {
        return paint("36", text);
    }

    String voice(String text) {
        return paint("33", text);
    }

    /** SGR, ECMA-48 section 8.3.117. */
    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
