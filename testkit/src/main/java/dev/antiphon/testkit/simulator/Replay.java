package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.Recording.Side;
import dev.antiphon.testkit.simulator.Recording.Step;
import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The server's part of a recorded conversation, played again: {@code
 * RealtimeSimulator.builder().replay(Replay.of(Recording.read(file)))}.
 *
 * <p>What the server sent comes again, in its order and with its pauses, and not before the client has said
 * what it had said until then. Ids that the client made up then are replaced by those it makes up now. A
 * recording with several control sockets (a re-join) plays one for each socket that opens; behind the last it
 * begins again with the first. Where a socket was lost it is lost again, where the server closed it is closed.
 *
 * <p>Lenient, the default, waits for the recorded types of client events and passes over others; appended
 * audio is not waited for. {@link #strict} wants the same events again, in the same order, ids aside; what
 * differs ends the connection with code 1008 and is told by {@link #deviations}.
 *
 * <p>Settings are made before the simulator starts. One replay belongs to one simulator.
 */
public final class Replay implements Script {
    private static final String AUDIO = "input_audio_buffer.append";

    private final List<List<Step>> sockets;
    private final List<String> deviations = new ArrayList<>(); // guarded by itself
    private boolean strict;
    private boolean paced = true;

    // Confined to the simulator's thread.
    private final Map<Connection, Player> players = new HashMap<>();
    private int opened;

    private Replay(Recording recording) {
        sockets = recording.sockets();
    }

    /** A lenient replay in the recording's own time. */
    public static Replay of(Recording recording) {
        return new Replay(recording);
    }

    /** Wants the recorded client events again, ids aside. */
    public Replay strict() {
        strict = true;
        return this;
    }

    /** Leaves out the pauses of the server. */
    public Replay unpaced() {
        paced = false;
        return this;
    }

    /** Where a client left the recording, one sentence each; always empty for a lenient replay. */
    public List<String> deviations() {
        synchronized (deviations) {
            return List.copyOf(deviations);
        }
    }

    @Override
    public void opened(Connection connection) {
        if (connection.kind() == Connection.Kind.DATA_CHANNEL) {
            return; // its caller was not recorded
        }
        Player player = new Player(connection, sockets.get(opened % sockets.size()));
        opened++;
        players.put(connection, player);
        player.goOn();
    }

    @Override
    public boolean handle(Connection connection, JsonView event) {
        Player player = players.get(connection);
        if (player != null) {
            player.heard(event);
        }
        return true;
    }

    /** One socket's part. Confined to the simulator's thread. */
    private final class Player {
        private final Connection connection;
        private final List<Step> steps;
        private final Deque<ObjectNode> heard = new ArrayDeque<>();
        private final Map<String, String> ids = new HashMap<>();
        private int next;
        private boolean waiting; // for the time of the next step

        Player(Connection connection, List<Step> steps) {
            this.connection = connection;
            this.steps = steps;
        }

        void heard(JsonView event) {
            try {
                heard.add(Json.parseObject(event.json()));
            } catch (InvalidEvent notAnObject) {
                heard.add(Json.object());
            }
            goOn();
        }

        /** Plays as far as the client has come. */
        void goOn() {
            while (!waiting && next < steps.size()) {
                Step step = steps.get(next);
                if (step.side() == Side.CLIENT) {
                    if (!meet(step)) {
                        return;
                    }
                    next++;
                } else if (pause(step).isZero()) {
                    play(step);
                } else {
                    waiting = true;
                    connection.later(pause(step), () -> {
                        waiting = false;
                        play(step);
                        goOn();
                    });
                }
            }
            if (strict && next == steps.size() && !heard.isEmpty()) {
                deviate("behind the last line came " + typeOf(heard.remove()));
            }
        }

        private Duration pause(Step step) {
            long since = next == 0 ? step.atMillis() : steps.get(next - 1).atMillis();
            return paced ? Duration.ofMillis(Math.max(0, step.atMillis() - since)) : Duration.ZERO;
        }

        private boolean meet(Step step) {
            if (!strict) {
                return step.type().equals(AUDIO) || take(step);
            }
            ObjectNode now = heard.poll();
            if (now == null) {
                return false;
            }
            if (!Likeness.same(step.json(), now)) {
                String how = typeOf(now).equals(step.type()) ? " with other members" : "";
                deviate("line " + step.number() + " is " + step.type() + ", but now came " + typeOf(now) + how);
                return false;
            }
            learn(step.json(), now);
            return true;
        }

        /** Finds the first event of the step's type. */
        private boolean take(Step step) {
            for (ObjectNode now : heard) {
                if (typeOf(now).equals(step.type())) {
                    heard.remove(now);
                    learn(step.json(), now);
                    return true;
                }
            }
            return false;
        }

        private void learn(JsonNode recorded, JsonNode now) {
            learn(recorded.path("event_id"), now.path("event_id"), ids);
            learn(recorded.path("item").path("id"), now.path("item").path("id"), ids);
        }

        private static void learn(JsonNode recorded, JsonNode now, Map<String, String> ids) {
            if (recorded.isString() && now.isString()) {
                ids.put(recorded.asString(), now.asString());
            }
        }

        private void play(Step step) {
            next++;
            switch (step.side()) {
                case SERVER -> connection.send(Json.write(withIdsOfNow(step.json())));
                case CLOSE -> connection.close(step.code(), step.reason());
                case LOSS -> connection.drop();
                case CLIENT -> throw new IllegalStateException("the client's part is not played");
            }
        }

        private JsonNode withIdsOfNow(JsonNode recorded) {
            if (recorded instanceof ObjectNode object) {
                ObjectNode copy = Json.object();
                object.properties().forEach(member -> copy.set(member.getKey(), withIdsOfNow(member.getValue())));
                return copy;
            } else if (recorded instanceof ArrayNode array) {
                ArrayNode copy = Json.array();
                array.forEach(element -> copy.add(withIdsOfNow(element)));
                return copy;
            }
            String now = recorded.isString() ? ids.get(recorded.asString()) : null;
            return now == null ? recorded : JsonNodeFactory.instance.stringNode(now);
        }

        private void deviate(String how) {
            synchronized (deviations) {
                deviations.add(how);
            }
            next = steps.size();
            heard.clear();
            connection.close(1008, how.length() <= 100 ? how : how.substring(0, 100));
        }
    }

    private static String typeOf(ObjectNode event) {
        return event.path("type").asString("");
    }
}
