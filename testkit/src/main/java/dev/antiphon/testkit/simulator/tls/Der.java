package dev.antiphon.testkit.simulator.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The few values of DER (X.690) that a certificate is made of. */
final class Der {
    private static final DateTimeFormatter GENERALIZED =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    /** RFC 5280 §4.1.2.5: up to the end of 2049 in the short form, from then on in the long one. */
    private static final Instant LONG_FORM = Instant.parse("2050-01-01T00:00:00Z");

    private Der() {}

    static byte[] sequence(byte[]... values) {
        return value(0x30, join(values));
    }

    static byte[] set(byte[]... values) {
        return value(0x31, join(values));
    }

    /** A constructed value with a tag of its own, as in {@code [3] EXPLICIT}. */
    static byte[] explicit(int tag, byte[] content) {
        return value(0xa0 | tag, content);
    }

    /** A primitive value with a tag of its own, as in {@code [2] IMPLICIT IA5String}. */
    static byte[] implicit(int tag, byte[] content) {
        return value(0x80 | tag, content);
    }

    static byte[] integer(BigInteger number) {
        return value(0x02, number.toByteArray());
    }

    static byte[] yes() {
        return value(0x01, new byte[] {(byte) 0xff});
    }

    static byte[] octets(byte[] content) {
        return value(0x04, content);
    }

    static byte[] bits(byte[] content, int unused) {
        return value(0x03, join(new byte[] {(byte) unused}, content));
    }

    static byte[] utf8(String text) {
        return value(0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] time(Instant instant) {
        return instant.isBefore(LONG_FORM)
                ? value(0x17, UTC.format(instant).getBytes(StandardCharsets.US_ASCII))
                : value(0x18, GENERALIZED.format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] oid(int... arcs) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(40 * arcs[0] + arcs[1]);
        for (int i = 2; i < arcs.length; i++) {
            for (int shift = 28; shift > 0; shift -= 7) {
                if ((arcs[i] >>> shift) != 0) {
                    content.write(0x80 | ((arcs[i] >>> shift) & 0x7f));
                }
            }
            content.write(arcs[i] & 0x7f);
        }
        return value(0x06, content.toByteArray());
    }

    private static byte[] value(int tag, byte[] content) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(tag);
        if (content.length < 0x80) {
            value.write(content.length);
        } else {
            byte[] length = BigInteger.valueOf(content.length).toByteArray();
            int from = length[0] == 0 ? 1 : 0;
            value.write(0x80 | length.length - from);
            value.write(length, from, length.length - from);
        }
        value.writeBytes(content);
        return value.toByteArray();
    }

    private static byte[] join(byte[]... values) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] value : values) {
            joined.writeBytes(value);
        }
        return joined.toByteArray();
    }
}
