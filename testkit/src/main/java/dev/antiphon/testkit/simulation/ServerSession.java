package dev.antiphon.testkit.simulation;

import dev.antiphon.testkit.history.HistoryEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** The server's side of one control socket: answers what arrives, speaks unasked, and ends it when it likes. */
public final class ServerSession {
    private static final Duration THINKING = Duration.ofMillis(60);
    private static final int FLOOD = 100;
    private static final Duration LONG = Duration.ofMillis(600);

    private final SimulatedNetwork network;
    private final SimulatedWorld world;
    private final String conversation;
    private final String name;
    private final boolean joined;
    private final End end;
    private final Executor voice;
    private final List<String> toolCalls = new ArrayList<>();
    private boolean over;
    private boolean responding;

    /** The server's end of a wire. */
    public interface End {
        /** Sends an event. */
        void send(ServerSays event);

        /** Sends a close frame behind what was sent. */
        void close(int code);

        /** Cuts the connection. */
        void cut();

        /** Takes nothing from now on, or takes again. */
        void reading(boolean reads);
    }

    ServerSession(SimulatedNetwork network, String conversation, String name, boolean joined, End end) {
        this.network = network;
        this.world = network.world;
        this.conversation = conversation;
        this.name = name;
        this.joined = joined;
        this.end = end;
        this.voice = world.lane("server " + name);
    }

    /** The name of the socket in the history. */
    public String name() {
        return name;
    }

    /** The upgrade is done: the session begins. */
    public void begin() {
        if (world.chance(0.8)) {
            say("session.created", "", "");
        }
        for (int calls = world.between(0, 2); calls > 0; calls--) {
            later(LONG, this::callTool);
        }
        if (world.chance(0.3)) {
            later(LONG, () -> sayIf(Trouble.STRANGE_EVENT, ServerSays.STRANGE, "", ""));
        }
        if (world.chance(0.2)) {
            later(LONG, () -> sayIf(Trouble.SERVER_ERROR, "error", "", "server_hiccup"));
        }
        if (world.chance(0.03)) {
            later(LONG, () -> {
                network.cause(conversation, "session error");
                sayIf(Trouble.SESSION_ERROR, "error", "", "session_expired");
            });
        }
        if (world.chance(0.1)) {
            later(LONG, () -> {
                network.troubles.strikes(Trouble.EVENT_FLOOD, 1);
                for (int i = 0; i < FLOOD; i++) {
                    say(ServerSays.STRANGE, "", "");
                }
            });
        }
        fate();
    }

    private void fate() {
        if (world.chance(0.25)) {
            later(LONG, () -> {
                if (network.troubles.strikes(Trouble.SERVER_DEAF, 1)) {
                    end.reading(false);
                    later(LONG, () -> end.reading(true));
                }
            });
        }
        if (world.chance(0.35)) {
            later(LONG, () -> {
                network.troubles.strikes(Trouble.SOCKET_CUT, 1);
                lost(1006);
                end.cut();
            });
        } else if (world.chance(0.25)) {
            later(LONG, () -> {
                network.troubles.strikes(Trouble.SOCKET_CLOSED, 1);
                int code = world.oneOf(1000, 1001, 1011, 1012, 1013, 1008);
                lost(code);
                end.close(code);
            });
        }
    }

    /** A joined socket that is lost in passing is no reason to end. */
    private void lost(int code) {
        if (!joined || code == 1000 || code == 1008) {
            network.cause(conversation, "socket lost with " + code);
        }
    }

    private void callTool() {
        String call = "call-" + name + "-" + toolCalls.size();
        toolCalls.add(call);
        say(ServerSays.TOOL_CALL, call, "");
        if (world.chance(0.3)) {
            say(ServerSays.TOOL_CALL, call, "");
        }
    }

    /** A client event arrived. */
    public void received(ClientSays event) {
        network.history.add(new HistoryEntry.Received(conversation, name, event.type(), event.content()));
        switch (event.type()) {
            case "conversation.item.create" -> take(event);
            case "response.create" -> respond(event);
            case "session.update" -> say("session.updated", "", "");
            default -> {}
        }
    }

    private void take(ClientSays item) {
        if (network.troubles.strikes(Trouble.ITEM_REJECTED, 0.08)) {
            later(THINKING, () -> reject(item));
        } else if (!network.troubles.strikes(Trouble.ITEM_UNCONFIRMED, 0.06)) {
            later(world.chance(0.9) ? THINKING : LONG, () -> confirm(item));
        }
    }

    private void reject(ClientSays item) {
        String event = network.nextEvent();
        voice.execute(() -> {
            if (!over) {
                network.history.add(
                        new HistoryEntry.RejectionSent(conversation, name, item.content(), "invalid_value"));
                send(new ServerSays("error", event, item.eventId(), "invalid_value"));
            }
        });
    }

    private void confirm(ClientSays item) {
        String channel = item.content().contains("/h") ? "handoff" : "";
        String type = world.oneOf("conversation.item.added", "conversation.item.created", "conversation.item.done");
        String event = network.nextEvent();
        voice.execute(() -> {
            if (!over) {
                network.history.add(new HistoryEntry.Confirmed(conversation, name, item.content(), event));
                send(new ServerSays(type, event, item.itemId(), channel));
            }
        });
        if (world.chance(0.3)) {
            say("conversation.item.done", item.itemId(), channel);
        }
    }

    private void respond(ClientSays request) {
        if (responding || network.troubles.strikes(Trouble.RESPONSE_CONFLICT, 0.1)) {
            say("error", request.eventId(), "conversation_already_has_active_response");
            if (!responding) {
                later(THINKING, () -> say("response.done", "resp-other-" + name, ""));
            }
            return;
        }
        responding = true;
        String response = "resp-" + network.nextEvent();
        say("response.created", response, "");
        later(LONG, () -> {
            responding = false;
            say("response.done", response, "");
        });
    }

    /** The socket is gone. */
    public void ended() {
        over = true;
    }

    private void sayIf(Trouble trouble, String type, String subject, String detail) {
        network.troubles.strikes(trouble, 1);
        say(type, subject, detail);
    }

    private void say(String type, String subject, String detail) {
        String event = network.nextEvent();
        voice.execute(() -> {
            if (!over) {
                send(new ServerSays(type, event, subject, detail));
            }
        });
    }

    private void send(ServerSays event) {
        network.history.add(new HistoryEntry.EventSent(conversation, name, event.eventId()));
        end.send(event);
    }

    private void later(Duration longest, Runnable what) {
        network.time.schedule(world.upTo(longest), () -> {
            if (!over) {
                what.run();
            }
        });
    }
}
