package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.Infliction.Subject;
import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import dev.antiphon.testkit.simulator.assistant.Line;
import dev.antiphon.testkit.simulator.assistant.Session;
import dev.antiphon.testkit.simulator.persona.Reply;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.node.ObjectNode;

/**
 * The server's end of one websocket: frames to events, events to the session, and the closing handshake.
 * At most one close frame is sent. The server ends TCP when close frames have gone both ways, or two
 * seconds after its own.
 *
 * <p>What arrives is in the journal at once; a hold only keeps it from being acted upon. Fields are
 * confined to the event loop unless they are volatile.
 */
final class ControlSocket extends SimpleChannelInboundHandler<WebSocketFrame> implements Line, Endpoint, Fate.Victim {
    private static final int NO_STATUS = 1005;
    private static final int MAX_HELD = 100_000;

    /** An event that has arrived; {@code answer} is what the assistant would do about it. */
    private record Incoming(JsonView event, Runnable answer) {}

    private final Channel channel;
    private final SimulatedService service;
    private final Session session;
    private final Connection connection;
    private final Subject subject;
    private final MessageAssembler assembler;
    private final Map<String, Integer> counts = new HashMap<>();

    /** Events not yet acted upon. */
    private final ArrayDeque<Incoming> inbox = new ArrayDeque<>();

    private boolean acting = true;
    private boolean working;
    private boolean firstFrameSeen;

    private final Wire wire;
    private final Outlet outlet;
    private boolean pongsMuted;
    private boolean closeSent;

    private volatile boolean open = true;
    private volatile int closeCode;
    private volatile String closeReason = "";

    ControlSocket(
            Channel channel,
            SimulatedService service,
            Connection.Kind kind,
            Optional<Call> call,
            ReceivedRequest request,
            Session session) {
        this.channel = channel;
        this.service = service;
        this.session = session;
        connection = new Connection(request.connection(), kind, call, request, service.journal(), this);
        subject = new Subject(connection.id(), kind, call.map(Call::id).orElse(""));
        assembler = new MessageAssembler(service.settings().limits().maxMessageBytes());
        wire = new Wire(service, channel);
        outlet = new Outlet(channel, service, subject, this);
    }

    Connection connection() {
        return connection;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public OptionalInt closeCode() {
        return closeCode == 0 ? OptionalInt.empty() : OptionalInt.of(closeCode);
    }

    @Override
    public String closeReason() {
        return closeReason;
    }

    @Override
    public void act(Runnable action) {
        service.act(action);
    }

    @Override
    public void later(Duration delay, Runnable action) {
        service.clock().after(delay, () -> {
            if (!isGone()) {
                action.run();
            }
        });
    }

    @Override
    public void respond(Reply reply, Runnable afterwards) {
        session.respond(reply, afterwards);
    }

    /** The handshake is done: joins the session, then acts upon what has arrived meanwhile. */
    void opened() {
        service.fate().meet(Moment.OPENED, subject, this, () -> {
            if (connection.request().header("OpenAI-Beta").isPresent()) {
                close(4000, "invalid_request_error.beta_api_shape_disabled");
                return;
            }
            service.settings().script().opened(connection);
            if (!service.settings().silent()) {
                session.join(this, connection.kind() != Connection.Kind.SIDEBAND);
            }
            acting = false;
            work();
        });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
        if (closeCode != 0 || (closeSent && !(frame instanceof CloseWebSocketFrame))) {
            return;
        }
        if (frame instanceof CloseWebSocketFrame close) {
            closeReceived(close);
        } else if (frame instanceof PingWebSocketFrame) {
            journal(Kind.PING_RECEIVED, frame.content().toString(StandardCharsets.UTF_8));
            if (!pongsMuted) {
                write(new PongWebSocketFrame(frame.content().retain()));
            }
        } else if (frame instanceof PongWebSocketFrame) {
            journal(Kind.PONG_RECEIVED, frame.content().toString(StandardCharsets.UTF_8));
        } else {
            try {
                assembler.add(frame).ifPresent(this::received);
            } catch (MessageAssembler.FailureException e) {
                fail(e.code(), String.valueOf(e.getMessage()));
            }
        }
    }

    private void received(MessageAssembler.Message message) {
        Incoming incoming;
        if (message.isText()) {
            incoming = read(message.text());
            service.journal()
                    .add(
                            Kind.RECEIVED,
                            subject.connection(),
                            subject.callId(),
                            incoming.event().type(),
                            incoming.event().text("event_id"),
                            message.text());
        } else {
            journal(Kind.BINARY_RECEIVED, message.bytes().length + " bytes");
            if (service.settings().script().handleBinary(connection, message.bytes())) {
                return;
            }
            InvalidEvent fault = new InvalidEvent("invalid_event", "", "Binary messages carry no events.");
            incoming = new Incoming(JsonView.missing(), () -> session.refuse(this, fault));
        }
        if (inbox.size() >= MAX_HELD) {
            fail(1008, "too many events while held");
        } else {
            inbox.add(incoming);
            work();
        }
    }

    private Incoming read(String text) {
        try {
            ObjectNode event = Json.parseObject(text);
            return new Incoming(new JsonView(event), () -> session.receive(this, event));
        } catch (InvalidEvent e) {
            return new Incoming(JsonView.missing(), () -> session.refuse(this, e));
        }
    }

    /** Acts upon waiting events, one after the other, each of which a misfortune may hold up. */
    private void work() {
        if (working) {
            return;
        }
        working = true;
        while (!acting && !inbox.isEmpty()) {
            acting = true;
            actUpon(inbox.remove());
        }
        working = false;
    }

    private void actUpon(Incoming incoming) {
        String type = incoming.event().type();
        Moment moment = Moment.received(type, count("in " + type));
        Runnable act = () -> service.fate().meet(moment, subject, this, () -> {
            boolean handled = service.settings().script().handle(connection, incoming.event());
            if (!handled && !service.settings().silent()) {
                incoming.answer().run();
                service.settings().script().handled(connection, incoming.event());
            }
            acting = false;
            work();
        });
        if (firstFrameSeen) {
            act.run();
        } else {
            firstFrameSeen = true;
            journal(Kind.FIRST_FRAME, type);
            service.fate().meet(Moment.FIRST_FRAME, subject, this, act);
        }
    }

    private int count(String what) {
        return counts.merge(what, 1, Integer::sum);
    }

    @Override
    public void send(ObjectNode event) {
        outlet.send(event);
    }

    @Override
    public void sendText(String text) {
        outlet.send(text, 1);
    }

    @Override
    public void sendFragmented(String text, int frames) {
        outlet.send(text, frames);
    }

    /** Whether anything but the rest of the closing handshake may still go out. */
    boolean maySend() {
        return !closeSent && !isGone();
    }

    @Override
    public void sendBinary(byte[] bytes) {
        journal(Kind.SENT, "(binary, " + bytes.length + " bytes)");
        write(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
    }

    @Override
    public void ping(byte[] payload) {
        journal(Kind.PING_SENT, new String(payload, StandardCharsets.UTF_8));
        write(new PingWebSocketFrame(Unpooled.wrappedBuffer(payload)));
    }

    private void write(Object frame) {
        service.write(channel, frame);
    }

    @Override
    public void close(int code, String reason) {
        if (closeSent || isGone()) {
            return;
        }
        sendClose(new CloseWebSocketFrame(true, 0, code, reason), code + (reason.isEmpty() ? "" : " " + reason));
        service.endWithin(channel, SimulatedService.CLOSE_PATIENCE);
    }

    @Override
    public void end(int code, String reason) {
        close(code, reason);
    }

    private void sendClose(CloseWebSocketFrame frame, String description) {
        closeSent = true;
        open = false;
        journal(Kind.CLOSE_SENT, description);
        write(frame);
    }

    private void closeReceived(CloseWebSocketFrame frame) {
        int code = frame.statusCode();
        closeReason = Optional.ofNullable(frame.reasonText()).orElse("");
        closeCode = code < 0 ? NO_STATUS : code;
        open = false;
        journal(Kind.CLOSE_RECEIVED, closeCode + (closeReason.isEmpty() ? "" : " " + closeReason));
        session.leave(this);
        if (!closeSent) {
            boolean empty = closeCode == NO_STATUS;
            sendClose(empty ? new CloseWebSocketFrame() : new CloseWebSocketFrame(true, 0, code, ""), "echo");
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Fails the connection (RFC 6455 §7.1.7): close frame, FIN, then deaf until the client has gone. */
    private void fail(int code, String why) {
        journal(Kind.PROTOCOL_ERROR, code + " " + why);
        if (!closeSent && !isGone()) {
            sendClose(new CloseWebSocketFrame(true, 0, code, why), String.valueOf(code));
            service.finish(channel);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException corrupted) {
            fail(corrupted.closeStatus().code(), String.valueOf(corrupted.getMessage()));
        } else {
            service.channelFailed(channel, subject.connection(), cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        open = false;
        session.leave(this);
        service.disconnected(connection);
        ctx.fireChannelInactive();
    }

    @Override
    public boolean isGone() {
        return wire.isGone();
    }

    @Override
    public boolean suffer(Misfortune misfortune) {
        if (misfortune instanceof Misfortune.Close close) {
            close(close.code(), close.reason());
            return false;
        }
        if (misfortune instanceof Misfortune.MutePongs) {
            mutePongs();
        } else if (misfortune instanceof Misfortune.Garble garble) {
            garble(garble.bytes());
        } else if (misfortune instanceof Misfortune.Reset) {
            reset();
            return false;
        } else if (misfortune instanceof Misfortune.Drop) {
            drop();
            return false;
        } else {
            return wire.suffer(misfortune);
        }
        return true;
    }

    @Override
    public void reset() {
        open = false;
        wire.reset();
    }

    @Override
    public void drop() {
        open = false;
        closeSent = true;
        wire.drop();
    }

    @Override
    public void mutePongs() {
        pongsMuted = true;
    }

    @Override
    public void garble(byte[] bytes) {
        write(Unpooled.wrappedBuffer(bytes));
    }

    @Override
    public void stopReading() {
        wire.stopReading();
    }

    @Override
    public void resumeReading() {
        wire.resumeReading();
    }

    private void journal(Kind kind, String what) {
        service.journal().add(kind, subject.connection(), subject.callId(), what);
    }
}
