package dev.antiphon.core.model;

/** The one rule both descriptions share: RFC 8866 §5.1, the version line comes first. */
final class SdpText {
    private SdpText() {}

    static boolean startsAsDescription(String text) {
        return text.startsWith("v=0\r\n") || text.startsWith("v=0\n");
    }
}
