package dev.antiphon.testkit.media;

import java.util.HexFormat;

/** Bytes as specifications print them. */
final class Hex {
    private Hex() {}

    /** White space has no meaning. */
    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }
}
