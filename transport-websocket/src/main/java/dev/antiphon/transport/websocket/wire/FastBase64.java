package dev.antiphon.transport.websocket.wire;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Base64 of audio by whatever is fastest on this virtual machine: the JDK's own where it has vector code
 * for the processor, tables of ours otherwise. Safe for use by any thread.
 */
final class FastBase64 {
    private static final byte[] EMPTY = {};

    private final boolean jdkEncodes;
    private final boolean jdkDecodes;

    FastBase64(boolean jdkEncodes, boolean jdkDecodes) {
        this.jdkEncodes = jdkEncodes;
        this.jdkDecodes = jdkDecodes;
    }

    /** The fastest for this virtual machine and processor. */
    static FastBase64 ofThisJvm() {
        boolean intrinsic = hasIntrinsic();
        return new FastBase64(intrinsic, intrinsic && decodesByVectors());
    }

    /** Before JDK 21, vector code for decoding needs ARM or the byte permutations of AVX-512. */
    private static boolean decodesByVectors() {
        return Runtime.version().feature() >= 21
                || System.getProperty("os.arch", "").equals("aarch64")
                || hasBytePermutations(Path.of("/proc/cpuinfo"));
    }

    /** Whether Linux tells that the processor has AVX-512 VBMI; false where nobody tells. */
    static boolean hasBytePermutations(Path processors) {
        try (Stream<String> lines = Files.lines(processors)) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(flags -> List.of(flags.split("\\s+")).contains("avx512vbmi"))
                    .orElse(false);
        } catch (IOException | UncheckedIOException untold) {
            // Not Linux, or not ours to read: tables are never wrong.
            return false;
        }
    }

    private static boolean hasIntrinsic() {
        try {
            HotSpotDiagnosticMXBean hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return hotSpot != null
                    && Boolean.parseBoolean(
                            hotSpot.getVMOption("UseBASE64Intrinsics").getValue());
        } catch (LinkageError | IllegalArgumentException e) {
            // Another virtual machine, or a run-time image without this module: tables are never wrong.
            return false;
        }
    }

    static int encodedLength(int bytes) {
        return Math.multiplyExact(Math.addExact(bytes, 2) / 3, 4);
    }

    /**
     * Encodes with padding; {@code to} has room for it, and what stands there before {@code at} is garbage
     * afterwards: the JDK can only write at the start of an array, so that is where it writes, and the text is
     * moved to its place.
     */
    void encode(byte[] from, byte[] to, int at) {
        if (jdkEncodes) {
            int length = Base64.getEncoder().encode(from, to);
            System.arraycopy(to, 0, to, at, length);
        } else {
            Base64Tables.encode(from, 0, from.length, to, at);
        }
    }

    /**
     * Decodes base64 that has its padding and nothing in the unused bits, so that encoding gives the same
     * characters again.
     *
     * @return null if it is not
     */
    byte @Nullable [] decode(byte[] from, int offset, int length) {
        if (length == 0) {
            return EMPTY;
        }
        if (length % 4 != 0 || !hasCleanEnd(from, offset + length)) {
            return null;
        }
        return jdkDecodes ? decodeByJdk(from, offset, length) : decodeByTables(from, offset, length);
    }

    private static byte @Nullable [] decodeByJdk(byte[] from, int offset, int length) {
        try {
            ByteBuffer decoded = Base64.getDecoder().decode(ByteBuffer.wrap(from, offset, length));
            return decoded.array().length == decoded.remaining() ? decoded.array() : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private static byte @Nullable [] decodeByTables(byte[] from, int offset, int length) {
        int padding = paddingAt(from, offset + length);
        byte[] to = new byte[length / 4 * 3 - padding];
        int whole = padding == 0 ? length : length - 4;
        if (!Base64Tables.decode(from, offset, whole, to)) {
            return null;
        }
        if (padding > 0) {
            int last = offset + whole;
            int bits = (Base64Tables.valueOf(from[last]) << 18) | (Base64Tables.valueOf(from[last + 1]) << 12);
            int third = padding == 1 ? Base64Tables.valueOf(from[last + 2]) << 6 : 0;
            if (bits < 0 || third < 0) {
                return null;
            }
            int at = whole / 4 * 3;
            to[at] = (byte) (bits >> 16);
            if (padding == 1) {
                to[at + 1] = (byte) ((bits | third) >> 8);
            }
        }
        return to;
    }

    private static int paddingAt(byte[] from, int end) {
        return from[end - 1] != '=' ? 0 : from[end - 2] != '=' ? 1 : 2;
    }

    /** Whether the last character before padding uses only the bits that belong to a byte. */
    private static boolean hasCleanEnd(byte[] from, int end) {
        return switch (paddingAt(from, end)) {
            case 0 -> true;
            case 1 -> (Base64Tables.valueOf(from[end - 2]) & 0x3) == 0;
            default -> (Base64Tables.valueOf(from[end - 3]) & 0xF) == 0;
        };
    }
}
