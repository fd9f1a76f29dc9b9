package dev.antiphon.transport.websocket;

import dev.antiphon.testkit.history.HistoryEntry;
import dev.antiphon.testkit.simulation.ClientSays;
import dev.antiphon.testkit.simulation.ServerSays;
import dev.antiphon.testkit.simulation.ServerSession;
import dev.antiphon.testkit.simulation.SimulatedNetwork.Handshake;
import dev.antiphon.testkit.simulation.SimulatedWorld;
import dev.antiphon.testkit.simulation.Simulation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one conversation's connections lead to: the bytes of HTTP and RFC 6455, and behind them a session
 * of the simulated server. Reads and writes frames on its own.
 */
final class SimulatedWire {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern KEY = Pattern.compile("sec-websocket-key: (\\S+)", Pattern.CASE_INSENSITIVE);
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final Duration GOODBYE = Duration.ofMillis(20);
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;

    private final Simulation.Bench bench;
    private final SimulatedWorld world;
    private final SimulatedWorld.Clock time;
    private final String conversation;
    private @Nullable Connection current;
    private int connections;

    SimulatedWire(Simulation.Bench bench, String conversation) {
        this.bench = bench;
        this.world = bench.world();
        this.time = world.clock();
        this.conversation = conversation;
    }

    String conversation() {
        return conversation;
    }

    /** A channel asks for a connection; the answer comes on its loop. */
    void connect(SimulatedChannel channel, Consumer<Boolean> answer) {
        bench.history().add(new HistoryEntry.NetworkAsked(conversation));
        Handshake fate = bench.network().nextHandshake(conversation, "");
        current = new Connection(channel, fate);
        time.schedule(
                bench.network().handshakeTime(),
                () -> channel.eventLoop().execute(() -> answer.accept(fate != Handshake.UNREACHABLE)));
    }

    /** The connection takes bytes: they are on their way. */
    void take(byte[] bytes) {
        if (current != null) {
            current.take(bytes);
        }
    }

    /**
     * The client's end of the connection is closed.
     *
     * @param serverReads if not, no close frame could leave
     */
    void closed(boolean stood, boolean serverReads) {
        if (current != null && stood) {
            current.closed(serverReads);
        }
    }

    /** One connection, from the request on. */
    private final class Connection implements ServerSession.End {
        private final SimulatedChannel channel;
        private final Handshake fate;
        private final Executor way = world.lane("way of " + conversation + " " + ++connections);
        private final ByteArrayOutputStream unread = new ByteArrayOutputStream();
        private @Nullable ServerSession session;
        private boolean upgraded;
        private boolean goodbye;
        private boolean over;
        private boolean cut;

        private Connection(SimulatedChannel channel, Handshake fate) {
            this.channel = channel;
            this.fate = fate;
        }

        private void take(byte[] bytes) {
            unread.writeBytes(bytes);
            if (upgraded) {
                readFrames();
            } else {
                readRequest();
            }
        }

        private void readRequest() {
            String head = unread.toString(StandardCharsets.ISO_8859_1);
            if (!head.endsWith("\r\n\r\n")) {
                return;
            }
            unread.reset();
            switch (fate) {
                case ACCEPTED -> accept(head);
                case REFUSED_FOR_NOW -> refuse("503 Service Unavailable");
                case REFUSED_FOR_GOOD -> refuse("403 Forbidden");
                case CUT -> time.schedule(world.upTo(GOODBYE), channel::arriveEnd);
                default -> {}
            }
        }

        private void refuse(String status) {
            byte[] answer =
                    ("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
            time.schedule(world.upTo(GOODBYE), () -> {
                channel.arrive(answer);
                channel.arriveEnd();
            });
        }

        private void accept(String head) {
            Matcher key = KEY.matcher(head);
            if (!key.find()) {
                throw new AssertionError("an upgrade without a key");
            }
            upgraded = true;
            String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + proof(key.group(1)) + "\r\n\r\n";
            time.schedule(world.upTo(GOODBYE), () -> {
                if (over) {
                    return;
                }
                ServerSession accepted = bench.network().accept(conversation, "", this);
                session = accepted;
                bench.history().add(new HistoryEntry.SocketOpened(conversation, accepted.name()));
                channel.arrive(answer.getBytes(StandardCharsets.ISO_8859_1));
                accepted.begin();
            });
        }

        private void readFrames() {
            byte[] all = unread.toByteArray();
            int at = 0;
            for (int size = frameSize(all, at); size > 0; size = frameSize(all, at)) {
                read(Arrays.copyOfRange(all, at, at + size));
                at += size;
            }
            unread.reset();
            unread.write(all, at, all.length - at);
        }

        private void read(byte[] frame) {
            byte[] payload = unmasked(frame);
            int opcode = frame[0] & 0x0f;
            ServerSession reader = session;
            if (opcode == 1 && reader != null) {
                ClientSays said = parse(new String(payload, StandardCharsets.UTF_8));
                bench.history().add(new HistoryEntry.Taken(conversation, reader.name(), said.type(), said.content()));
                way.execute(() -> {
                    if (!cut) {
                        reader.received(said);
                    }
                });
            } else if (opcode == 8) {
                boolean answersOurs = goodbye;
                goodbye = true;
                way.execute(() -> time.schedule(world.upTo(GOODBYE), () -> {
                    if (!answersOurs) {
                        channel.arrive(frame(CLOSE, payload));
                    }
                    channel.arriveEnd();
                }));
            }
        }

        private void closed(boolean serverReads) {
            over = true;
            ServerSession ended = session;
            if (ended != null) {
                ended.ended();
                bench.history()
                        .add(new HistoryEntry.SocketEnded(conversation, ended.name(), goodbye || cut || !serverReads));
            }
        }

        @Override
        public void send(ServerSays event) {
            channel.arrive(frame(TEXT, event.toJson().getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public void close(int code) {
            goodbye = true;
            if (session != null) {
                session.ended();
            }
            channel.arrive(frame(CLOSE, new byte[] {(byte) (code >>> 8), (byte) code}));
        }

        @Override
        public void cut() {
            cut = true;
            if (session != null) {
                session.ended();
            }
            if (world.chance(0.5)) {
                channel.forgetIncoming();
            }
            channel.arriveEnd();
        }

        @Override
        public void reading(boolean reads) {
            if (!over) {
                channel.serverReads(reads);
            }
        }
    }

    // ------------------------------------------------------------------ RFC 6455 and JSON

    /** Length of the masked frame that begins here; 0 if it is not complete. */
    private static int frameSize(byte[] bytes, int at) {
        if (bytes.length - at < 6) {
            return 0;
        }
        int length = bytes[at + 1] & 0x7f;
        int header = 6;
        if (length == 126) {
            header = 8;
            length = (bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff);
        }
        return bytes.length - at < header + length ? 0 : header + length;
    }

    private static byte[] unmasked(byte[] frame) {
        int mask = (frame[1] & 0x7f) == 126 ? 4 : 2;
        byte[] payload = Arrays.copyOfRange(frame, mask + 4, frame.length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= frame[mask + (i & 3)];
        }
        return payload;
    }

    private static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 4);
        frame.write(first);
        if (payload.length < 126) {
            frame.write(payload.length);
        } else {
            frame.write(126);
            frame.write(payload.length >>> 8);
            frame.write(payload.length);
        }
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private static ClientSays parse(String json) {
        JsonNode event = JSON.readTree(json);
        String type = event.path("type").asString("");
        JsonNode item = event.path("item");
        String content = item.has("output")
                ? item.path("output").asString("")
                : item.path("content").path(0).path("text").asString("");
        if (event.has("audio")) {
            content = ClientSays.number(
                    Base64.getDecoder().decode(event.path("audio").asString("")));
        }
        return new ClientSays(
                type, event.path("event_id").asString(""), item.path("id").asString(""), content);
    }

    private static String proof(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException everyRuntimeHasIt) {
            throw new IllegalStateException(everyRuntimeHasIt);
        }
    }
}
