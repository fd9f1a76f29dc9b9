package dev.antiphon.testkit.simulator.audio;

/** G.711 companding of single samples (ITU-T G.711). */
final class G711 {
    private static final int BIAS = 0x84;
    private static final int CLIP = 32_635;

    private G711() {}

    static byte toMuLaw(short sample) {
        int sign = sample < 0 ? 0x80 : 0;
        int magnitude = Math.min(Math.abs((int) sample), CLIP) + BIAS;
        int exponent = 24 - Integer.numberOfLeadingZeros(magnitude);
        int mantissa = magnitude >> (exponent + 3) & 0x0f;
        return (byte) ~(sign | exponent << 4 | mantissa);
    }

    static short fromMuLaw(byte code) {
        int bits = ~code & 0xff;
        int magnitude = ((((bits & 0x0f) << 3) + BIAS) << ((bits >> 4) & 0x07)) - BIAS;
        return (short) ((bits & 0x80) != 0 ? -magnitude : magnitude);
    }

    static byte toALaw(short sample) {
        int sign = sample >= 0 ? 0x80 : 0;
        int magnitude = Math.min(sample >= 0 ? sample : -sample - 1, 32_767) >> 4;
        int code;
        if (magnitude < 16) {
            code = magnitude;
        } else {
            int exponent = 28 - Integer.numberOfLeadingZeros(magnitude);
            code = (exponent << 4) | ((magnitude >> (exponent - 1)) & 0x0f);
        }
        return (byte) ((sign | code) ^ 0x55);
    }

    static short fromALaw(byte code) {
        int bits = (code & 0xff) ^ 0x55;
        int exponent = bits >> 4 & 0x07;
        int mantissa = (bits & 0x0f) << 4;
        int magnitude = exponent == 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1);
        return (short) ((bits & 0x80) != 0 ? magnitude : -magnitude);
    }
}
