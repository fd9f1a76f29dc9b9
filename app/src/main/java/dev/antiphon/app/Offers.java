package dev.antiphon.app;

import dev.antiphon.core.model.SdpOffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** SDP offers from outside and the one we bring along. Text is kept byte for byte. */
final class Offers {
    private static final int LARGEST = 1 << 20;

    private Offers() {}

    /** @param name a file, or {@code -} for standard input */
    static SdpOffer read(String name, Console console) {
        String source = name.equals("-") ? "standard input" : name;
        try {
            byte[] bytes = name.equals("-") ? console.in().readNBytes(LARGEST + 1) : bytesOf(Path.of(name));
            return offer(bytes, source);
        } catch (IOException unreadable) {
            throw Complaint.usage("cannot read the SDP offer " + Reasons.of(unreadable, Path.of(name)));
        }
    }

    /**
     * The offer of a WebRTC peer that nobody will ever hear of again: well formed, with a certificate
     * and a transport that lead nowhere. It makes a server create a call, which is all we want of it.
     */
    static SdpOffer ofNobody() {
        try (InputStream in = Offers.class.getResourceAsStream("offer.sdp")) {
            if (in == null) {
                throw new IllegalStateException("the resource offer.sdp is missing from the program");
            }
            return new SdpOffer(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static byte[] bytesOf(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(LARGEST + 1);
        }
    }

    private static SdpOffer offer(byte[] bytes, String source) {
        if (bytes.length > LARGEST) {
            throw Complaint.usage("the SDP offer in " + source + " is larger than 1 MiB: give the text that the WebRTC"
                    + " peer's createOffer returned");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new SdpOffer(text);
        } catch (CharacterCodingException binary) {
            throw Complaint.usage("the SDP offer in " + source + " is not text: give what the WebRTC peer's createOffer"
                    + " returned");
        } catch (IllegalArgumentException refused) {
            throw Complaint.usage("bad SDP offer in " + source + ": " + refused.getMessage()
                    + "; give what the WebRTC peer's createOffer returned, unchanged");
        }
    }
}
