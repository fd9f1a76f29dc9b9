package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.SdpOffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether the body of a successful call creation is an answer that a WebRTC peer can apply.
 *
 * <p>Every answer must be UTF-8, start with {@code v=0}, hold no NUL and end its last line: browsers
 * refuse the rest. An answer that names anything of a transport was made by a WebRTC peer and must be
 * whole: its media sections are those of the offer in the same order (RFC 3264 §6), it has a
 * fingerprint, both ICE credentials and no bare line feeds. An answer without any trace of a transport
 * comes from a server that plays the protocol only; {@link AnswerRigour} says whether it passes.
 */
final class AnswerCheck {
    private static final int MAX_LINES = 4_000;
    private static final String SDP_TYPE = "application/sdp";

    /** A media type without parameters (RFC 9110 §8.3.1), no longer than any that is in use. */
    private static final Pattern MEDIA_TYPE = Pattern.compile("[\\w!#$&^.+-]{1,60}/[\\w!#$&^.+-]{1,60}");

    private AnswerCheck() {}

    /**
     * The result: an answer, a reason against it, or both when the answer can be read and still
     * must not be used.
     *
     * @param answer the text as an answer, where it is one
     * @param defect what is wrong, without content; empty for a good answer
     */
    record Result(Optional<SdpAnswer> answer, Optional<String> defect) {
        private static Result bad(String defect) {
            return new Result(Optional.empty(), Optional.of(defect));
        }
    }

    /** @param declared the response's {@code Content-Type}; empty if it had none */
    static Result of(byte[] body, Optional<String> declared, SdpOffer offer, AnswerRigour rigour) {
        Result result = of(body, offer, rigour);
        if (result.defect().isPresent() || rigour == AnswerRigour.READABLE) {
            return result;
        }
        return new Result(result.answer(), declared.flatMap(AnswerCheck::typeDefect));
    }

    private static Optional<String> typeDefect(String declared) {
        String type = declared.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (type.equals(SDP_TYPE)) {
            return Optional.empty();
        }
        String shown = MEDIA_TYPE.matcher(type).matches() ? type : "something that is no media type";
        return Optional.of("it was declared as " + shown + ", not as " + SDP_TYPE);
    }

    private static Result of(byte[] body, SdpOffer offer, AnswerRigour rigour) {
        if (body.length == 0) {
            return Result.bad("the body is empty");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            return Result.bad("the body is not UTF-8 (" + body.length + " bytes)");
        }
        if (!text.startsWith("v=0\r\n") && !text.startsWith("v=0\n")) {
            return Result.bad("the body is " + kindOf(text) + ", not SDP: the first line must be v=0");
        }
        return new Result(Optional.of(new SdpAnswer(text)), defect(text, offer, rigour));
    }

    private static Optional<String> defect(String text, SdpOffer offered, AnswerRigour rigour) {
        if (text.indexOf('\0') >= 0) {
            return Optional.of("it holds a NUL character");
        }
        if (!text.endsWith("\n")) {
            return Optional.of("its last line has no line end: the answer is truncated");
        }
        Sdp answer = Sdp.scan(text);
        if (answer.lines() > MAX_LINES) {
            return Optional.of("it has more than " + MAX_LINES + " lines");
        }
        if (answer.bareLineFeeds() && (answer.carriageReturns() || answer.hasTransport())) {
            return Optional.of("it holds bare line feeds");
        }
        Sdp offer = Sdp.scan(offered.text());
        boolean mustConnect = answer.hasTransport() || (rigour == AnswerRigour.CONNECTABLE && offer.hasTransport());
        return mustConnect ? transportDefect(answer, offer) : Optional.empty();
    }

    private static Optional<String> transportDefect(Sdp answer, Sdp offer) {
        if (!answer.media().equals(offer.media())) {
            return Optional.of("its media sections are " + answer.media().size() + " and do not match the "
                    + offer.media().size() + " of the offer (RFC 3264 section 6)");
        }
        if (!answer.fingerprint()) {
            return Optional.of("it has no certificate fingerprint");
        }
        if (answer.iceCredentials() < 2) {
            return Optional.of("it has no ICE credentials");
        }
        return Optional.empty();
    }

    private static String kindOf(String text) {
        String start = text.stripLeading();
        if (start.startsWith("<")) {
            return "HTML";
        }
        return start.startsWith("{") || start.startsWith("[") ? "JSON" : "text";
    }
}
