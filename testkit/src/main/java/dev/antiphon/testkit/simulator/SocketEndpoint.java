package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.Infliction.Subject;
import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import dev.antiphon.testkit.simulator.assistant.Session;
import dev.antiphon.testkit.simulator.assistant.SessionConfig;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * Opens websockets: checks the handshake (RFC 6455 §4.2), decides what the socket is for, answers 101 and
 * puts a {@link ControlSocket} on the channel. No extension is ever agreed to, so a frame with a reserved
 * bit is a protocol error.
 */
final class SocketEndpoint {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    static final String TRANSLATIONS = "/v1/realtime/translations";

    private final SimulatedService service;

    SocketEndpoint(SimulatedService service) {
        this.service = service;
    }

    void open(Exchange exchange) {
        ReceivedRequest request = exchange.request();
        Optional<HttpAnswer> fault = handshakeFault(request).or(() -> purposeFault(request));
        if (fault.isPresent()) {
            exchange.answer(fault.get());
            return;
        }
        Connection.Kind kind = kind(request);
        String callId = request.query("call_id").orElse("");
        Subject subject = new Subject(request.connection(), kind, callId);
        service.journal().add(Kind.UPGRADE_READ, request.connection(), callId, kind.toString());
        service.fate().meet(Moment.UPGRADE, subject, exchange, () -> admit(exchange, kind, callId));
    }

    private static Optional<HttpAnswer> handshakeFault(ReceivedRequest request) {
        if (!has(request, "Upgrade", "websocket") || !has(request, "Connection", "upgrade")) {
            return Optional.of(HttpAnswer.error(426, "upgrade_required", "This path speaks WebSocket only.")
                    .andHeader("Upgrade", "websocket")
                    .andHeader("Connection", "Upgrade"));
        }
        if (!request.header("Sec-WebSocket-Version").orElse("").equals("13")) {
            return Optional.of(HttpAnswer.error(426, "unsupported_version", "Only WebSocket version 13 is spoken.")
                    .andHeader("Sec-WebSocket-Version", "13"));
        }
        try {
            byte[] nonce = Base64.getDecoder()
                    .decode(request.header("Sec-WebSocket-Key").orElse("").strip());
            if (nonce.length == 16) {
                return Optional.empty();
            }
        } catch (IllegalArgumentException e) {
            // Not base64: the same answer as for a nonce of the wrong length.
        }
        return Optional.of(HttpAnswer.error(400, "invalid_handshake", "Sec-WebSocket-Key is missing or malformed."));
    }

    private static boolean has(ReceivedRequest request, String header, String token) {
        return request.headers().stream()
                .filter(one -> one.getKey().equalsIgnoreCase(header))
                .flatMap(one -> Arrays.stream(one.getValue().split(",")))
                .anyMatch(value -> value.strip().toLowerCase(Locale.ROOT).equals(token));
    }

    private static Optional<HttpAnswer> purposeFault(ReceivedRequest request) {
        long purposes = Arrays.stream(new String[] {"model", "call_id", "intent"})
                .filter(name -> request.query(name).isPresent())
                .count();
        if (translates(request) && request.query("model").isEmpty()) {
            return Optional.of(HttpAnswer.error(
                    400, "missing_required_parameter", "A translation session needs a model.", "model"));
        }
        if (purposes == 0) {
            return Optional.of(HttpAnswer.error(
                    400, "missing_required_parameter", "Give one of model, call_id and intent.", "model"));
        }
        if (purposes > 1) {
            return Optional.of(HttpAnswer.error(
                    400, "invalid_value", "The parameters model, call_id and intent exclude each other."));
        }
        Optional<String> intent = request.query("intent");
        if (intent.isPresent() && !intent.get().equals("transcription")) {
            return Optional.of(
                    HttpAnswer.error(400, "invalid_value", "The only intent known here is transcription.", "intent"));
        }
        return Optional.empty();
    }

    private static boolean translates(ReceivedRequest request) {
        return request.path().equals(TRANSLATIONS);
    }

    private static Connection.Kind kind(ReceivedRequest request) {
        if (translates(request)) {
            return Connection.Kind.TRANSLATION;
        }
        if (request.query("call_id").isPresent()) {
            return Connection.Kind.SIDEBAND;
        }
        return request.query("intent").isPresent() ? Connection.Kind.TRANSCRIPTION : Connection.Kind.MODEL;
    }

    private void admit(Exchange exchange, Connection.Kind kind, String callId) {
        Optional<Call> call = Optional.empty();
        Session session;
        if (kind == Connection.Kind.TRANSLATION) {
            session = service.newTranslation(exchange.request().query("model").orElseThrow());
        } else if (kind == Connection.Kind.SIDEBAND) {
            call = service.ledger()
                    .find(callId)
                    .filter(found -> found.isLive() && found.isVisible())
                    .filter(found -> found.owner().equals(service.keys().ownerOf(exchange.key())));
            if (call.isEmpty()) {
                exchange.answer(HttpAnswer.callNotFound());
                return;
            }
            session = call.get().assistant().orElseThrow();
        } else {
            Subject subject = new Subject(exchange.request().connection(), kind, "");
            session = service.newSession(config(exchange, kind), subject);
        }
        upgrade(exchange, new ControlSocket(exchange.channel(), service, kind, call, exchange.request(), session));
    }

    /** An ephemeral key brings the session it was minted for. */
    private SessionConfig config(Exchange exchange, Connection.Kind kind) {
        String type = kind == Connection.Kind.TRANSCRIPTION ? "transcription" : "realtime";
        String model =
                exchange.request().query("model").orElse(service.settings().model());
        Optional<String> minted = service.keys().ephemeralOf(exchange.key()).map(KeyRing.Ephemeral::session);
        if (minted.isPresent() && JsonView.parse(minted.get()).type().equals(type)) {
            try {
                return SessionConfig.ofCall(Json.parseObject(minted.get()), model);
            } catch (InvalidEvent e) {
                throw new IllegalStateException("a session is checked before a key is minted for it", e);
            }
        }
        return type.equals("realtime") ? SessionConfig.realtime(model) : SessionConfig.transcription();
    }

    private void upgrade(Exchange exchange, ControlSocket socket) {
        Connection connection = socket.connection();
        // Recorded first: a client that has its 101 must find its connection here.
        service.connected(connection);
        service.journal()
                .add(
                        Kind.UPGRADED,
                        connection.id(),
                        connection.call().map(Call::id).orElse(""),
                        connection.kind().toString());
        service.write(exchange.channel(), switching(exchange.request()));
        ChannelPipeline pipeline = exchange.channel().pipeline();
        pipeline.addLast(new ClientFrames(service.settings().limits().maxMessageBytes()));
        pipeline.addLast(new WebSocket13FrameEncoder(false));
        pipeline.addLast(socket);
        pipeline.remove(HttpResponseEncoder.class);
        pipeline.remove(RequestReader.class);
        pipeline.remove(RequestHandler.class);
        pipeline.remove(RequestDeadline.class);
        socket.opened();
        // Last, because it hands on what it has read beyond the request.
        pipeline.remove(HttpRequestDecoder.class);
    }

    private static FullHttpResponse switching(ReceivedRequest request) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        String key = request.header("Sec-WebSocket-Key").orElseThrow().strip();
        response.headers().set(HttpHeaderNames.UPGRADE, "websocket");
        response.headers().set(HttpHeaderNames.CONNECTION, "Upgrade");
        response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(key));
        if (has(request, "Sec-WebSocket-Protocol", "realtime")) {
            response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, "realtime");
        }
        return response;
    }

    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
