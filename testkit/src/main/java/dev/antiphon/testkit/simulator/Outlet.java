package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.Infliction.Subject;
import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The sending half of a websocket: one event after the other, each of which misfortunes may hold up, change
 * or take away before it is written, and hold up again after. Confined to the loop.
 */
final class Outlet {
    /** An event on its way; misfortunes change it. */
    private final class Draft implements Fate.Victim {
        private String text;
        private final String type;
        private final String eventId;
        private int frames = 1;
        private int copies = 1;
        private boolean binary;
        private boolean overtaken;
        private int cutAt;

        Draft(String text, String type, String eventId) {
            this.text = text;
            this.type = type;
            this.eventId = eventId;
        }

        @Override
        public boolean isGone() {
            return socket.isGone();
        }

        @Override
        public boolean suffer(Misfortune misfortune) {
            if (misfortune instanceof Misfortune.Lose) {
                copies = 0;
            } else if (misfortune instanceof Misfortune.Duplicate) {
                copies *= 2;
            } else if (misfortune instanceof Misfortune.Reorder) {
                overtaken = true;
            } else if (misfortune instanceof Misfortune.Fragment fragment) {
                frames = fragment.frames();
            } else if (misfortune instanceof Misfortune.Binary) {
                binary = true;
            } else if (misfortune instanceof Misfortune.Malform) {
                text = text.substring(0, text.length() / 2);
            } else if (misfortune instanceof Misfortune.Inflate inflate) {
                text = inflated(text, inflate.characters());
            } else if (misfortune instanceof Misfortune.Cut cut) {
                cutAt = cut.bytes();
            } else {
                return socket.suffer(misfortune);
            }
            return true;
        }
    }

    private final Channel channel;
    private final SimulatedService service;
    private final Subject subject;
    private final ControlSocket socket;
    private final Map<String, Integer> counts = new HashMap<>();
    private final ArrayDeque<Draft> waiting = new ArrayDeque<>();
    private Optional<Draft> overtaken = Optional.empty();
    private boolean held;
    private boolean draining;

    Outlet(Channel channel, SimulatedService service, Subject subject, ControlSocket socket) {
        this.channel = channel;
        this.service = service;
        this.subject = subject;
        this.socket = socket;
    }

    void send(ObjectNode event) {
        send(new Draft(
                Json.write(event),
                event.path("type").asString(""),
                event.path("event_id").asString("")));
    }

    /** Sends a text that need not be JSON. */
    void send(String text, int frames) {
        JsonView event = JsonView.ofMessage(text);
        Draft draft = new Draft(text, event.type(), event.text("event_id"));
        draft.frames = frames;
        send(draft);
    }

    private void send(Draft draft) {
        waiting.add(draft);
        drain();
    }

    private void drain() {
        if (draining) {
            return;
        }
        draining = true;
        while (!held && !waiting.isEmpty()) {
            Draft draft = waiting.remove();
            if (socket.maySend()) {
                held = true;
                meet(Moment.sending(draft.type, count("sending " + draft.type)), draft, () -> pass(draft));
            }
        }
        draining = false;
    }

    private void meet(Moment moment, Draft draft, Runnable onward) {
        service.fate().meet(moment, subject, draft, onward);
    }

    /** A draft that was asked to is overtaken by the one behind it. */
    private void pass(Draft draft) {
        if (draft.overtaken && overtaken.isEmpty()) {
            overtaken = Optional.of(draft);
            release();
            return;
        }
        write(draft, () -> {
            Optional<Draft> late = overtaken;
            overtaken = Optional.empty();
            late.ifPresentOrElse(behind -> write(behind, this::release), this::release);
        });
    }

    private void release() {
        held = false;
        drain();
    }

    private void write(Draft draft, Runnable onward) {
        if (draft.copies == 0) {
            onward.run();
            return;
        }
        for (int i = 0; i < draft.copies && socket.maySend(); i++) {
            service.journal()
                    .add(Kind.SENT, subject.connection(), subject.callId(), draft.type, draft.eventId, draft.text);
            writeFrames(draft);
        }
        meet(Moment.sent(draft.type, count("sent " + draft.type)), draft, onward);
    }

    private int count(String what) {
        return counts.merge(what, 1, Integer::sum);
    }

    private void writeFrames(Draft draft) {
        ByteBuf whole = Unpooled.copiedBuffer(draft.text, StandardCharsets.UTF_8);
        if (draft.cutAt > 0) {
            cut(whole, draft.cutAt);
            return;
        }
        int size = whole.readableBytes();
        for (int i = 0; i < draft.frames; i++) {
            int from = (int) ((long) size * i / draft.frames);
            int to = (int) ((long) size * (i + 1) / draft.frames);
            ByteBuf piece = whole.retainedSlice(from, to - from);
            boolean last = i == draft.frames - 1;
            if (i > 0) {
                service.write(channel, new ContinuationWebSocketFrame(last, 0, piece));
            } else if (draft.binary) {
                service.write(channel, new BinaryWebSocketFrame(last, 0, piece));
            } else {
                service.write(channel, new TextWebSocketFrame(last, 0, piece));
            }
        }
        whole.release();
    }

    /** RFC 6455 §5.2: a final text frame, of which only the first bytes leave. */
    private void cut(ByteBuf payload, int bytes) {
        int size = payload.readableBytes();
        ByteBuf frame = Unpooled.buffer(size + 10).writeByte(0x81);
        if (size < 126) {
            frame.writeByte(size);
        } else if (size < 65_536) {
            frame.writeByte(126).writeShort(size);
        } else {
            frame.writeByte(127).writeLong(size);
        }
        frame.writeBytes(payload);
        payload.release();
        frame.writerIndex(Math.min(bytes, frame.writerIndex()));
        channel.writeAndFlush(frame).addListener((ChannelFutureListener) written -> socket.reset());
    }

    /** The same event with a padding member; a text that is no object is returned as it is. */
    private static String inflated(String text, int characters) {
        try {
            ObjectNode event = Json.parseObject(text);
            int missing = characters - Json.write(event.put("padding", "")).length();
            return Json.write(event.put("padding", "x".repeat(Math.max(0, missing))));
        } catch (InvalidEvent e) {
            return text;
        }
    }
}
