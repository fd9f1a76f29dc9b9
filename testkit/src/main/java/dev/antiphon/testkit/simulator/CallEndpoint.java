package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.Infliction.Subject;
import dev.antiphon.testkit.simulator.assistant.AssistantSession;
import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import dev.antiphon.testkit.simulator.assistant.SessionConfig;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Creates calls and hangs them up. */
final class CallEndpoint {
    /** What a creation request asks for. */
    private record Wish(String offer, Optional<String> session) {}

    /** A request that is answered with 400 or 415. */
    private static final class BadRequestException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient HttpAnswer answer;

        BadRequestException(int status, String code, String message, String param) {
            super(message, null, false, false);
            answer = HttpAnswer.error(status, code, message, param);
        }
    }

    private final SimulatedService service;

    CallEndpoint(SimulatedService service) {
        this.service = service;
    }

    void create(Exchange exchange) {
        Subject subject = new Subject(exchange.request().connection(), Connection.Kind.SIDEBAND, "");
        service.fate().meet(Moment.CALL, subject, exchange, () -> {
            try {
                register(exchange, wish(exchange.request()));
            } catch (BadRequestException e) {
                exchange.answer(e.answer);
            }
        });
    }

    private void register(Exchange exchange, Wish wish) throws BadRequestException {
        Optional<KeyRing.Ephemeral> ephemeral = service.keys().ephemeralOf(exchange.key());
        Optional<String> session =
                wish.session().isPresent() ? wish.session() : ephemeral.map(KeyRing.Ephemeral::session);
        SessionConfig config = config(session, exchange.request());
        String id = service.ids().next("rtc");
        Subject subject = new Subject(exchange.request().connection(), Connection.Kind.SIDEBAND, id);
        Call call = new Call(
                service.ledger(),
                id,
                exchange.request(),
                service.keys().ownerOf(exchange.key()),
                wish.offer(),
                wish.session(),
                service.newSession(config, subject),
                !service.hidesNewCalls());
        try {
            call.answered(service.settings().media().answer(wish.offer(), new MediaLine(service, call)));
        } catch (IllegalArgumentException e) {
            call.assistant().ifPresent(AssistantSession::end);
            throw new BadRequestException(400, "invalid_offer", String.valueOf(e.getMessage()), "sdp");
        }
        service.ledger().add(call);
        HttpAnswer created = HttpAnswer.of(201, "application/sdp", call.answer())
                .andHeader("Location", "/v1/realtime/calls/" + call.id());
        exchange.created(call);
        service.fate().meet(Moment.CALL_CREATED, subject, exchange, () -> exchange.answer(created));
    }

    private SessionConfig config(Optional<String> session, ReceivedRequest request) throws BadRequestException {
        String model = request.query("model").orElse(service.settings().model());
        if (session.isEmpty()) {
            return SessionConfig.realtime(model);
        }
        try {
            return SessionConfig.ofCall(Json.parseObject(session.get()), model);
        } catch (InvalidEvent e) {
            String code = e.code().equals("invalid_event") ? "invalid_json" : e.code();
            throw new BadRequestException(400, code, String.valueOf(e.getMessage()), e.param());
        }
    }

    private static Wish wish(ReceivedRequest request) throws BadRequestException {
        String contentType = request.header("Content-Type").orElse("");
        String mediaType = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (request.header("Content-Encoding").isPresent()) {
            throw new BadRequestException(
                    415, "unsupported_content_encoding", "Compressed bodies are not accepted.", "");
        }
        return switch (mediaType) {
            case "application/sdp" -> new Wish(offer(request.rawBody()), Optional.empty());
            case "multipart/form-data" -> form(contentType, request.rawBody());
            default ->
                throw new BadRequestException(
                        415,
                        "unsupported_content_type",
                        "Send application/sdp, or multipart/form-data with the parts sdp and session.",
                        "");
        };
    }

    private static Wish form(String contentType, byte[] body) throws BadRequestException {
        List<Multipart.Part> parts;
        try {
            parts = Multipart.parse(contentType, body);
        } catch (Multipart.MalformedException e) {
            throw new BadRequestException(400, "invalid_multipart", String.valueOf(e.getMessage()), "");
        }
        Optional<Multipart.Part> sdp = Optional.empty();
        Optional<Multipart.Part> session = Optional.empty();
        for (Multipart.Part part : parts) {
            boolean isSdp = part.name().equals("sdp");
            if (!isSdp && !part.name().equals("session")) {
                throw new BadRequestException(
                        400, "unknown_parameter", "Unknown parameter: '" + part.name() + "'.", part.name());
            }
            if ((isSdp ? sdp : session).isPresent()) {
                throw new BadRequestException(
                        400, "duplicate_parameter", "The part '" + part.name() + "' came twice.", part.name());
            }
            if (isSdp) {
                sdp = Optional.of(part);
            } else {
                session = Optional.of(part);
            }
        }
        if (sdp.isEmpty()) {
            throw new BadRequestException(
                    400, "missing_required_parameter", "Missing required parameter: 'sdp'.", "sdp");
        }
        String offer = offer(sdp.get().body());
        return session.isEmpty()
                ? new Wish(offer, Optional.empty())
                : new Wish(offer, Optional.of(text(session.get().body(), "session")));
    }

    private static String offer(byte[] bytes) throws BadRequestException {
        String offer = text(bytes, "sdp");
        Optional<String> fault = SdpAnswers.fault(offer);
        if (fault.isPresent()) {
            throw new BadRequestException(400, "invalid_offer", fault.get(), "sdp");
        }
        return offer;
    }

    private static String text(byte[] bytes, String param) throws BadRequestException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadRequestException(400, "invalid_encoding", "'" + param + "' is not UTF-8.", param);
        }
    }

    void hangUp(Exchange exchange, String callId) {
        Subject subject = new Subject(exchange.request().connection(), Connection.Kind.SIDEBAND, callId);
        service.fate().meet(Moment.HANGUP, subject, exchange, () -> {
            Optional<Call> call = service.ledger()
                    .find(callId)
                    .filter(Call::isLive)
                    .filter(Call::isVisible)
                    .filter(live -> live.owner().equals(service.keys().ownerOf(exchange.key())));
            if (call.isEmpty()) {
                exchange.answer(HttpAnswer.callNotFound());
            } else {
                service.ledger().end(call.get(), Call.State.HUNG_UP);
                exchange.answer(HttpAnswer.empty(200));
            }
        });
    }
}
