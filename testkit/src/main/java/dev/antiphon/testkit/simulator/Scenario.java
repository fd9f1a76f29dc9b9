package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.persona.McpServer;
import dev.antiphon.testkit.simulator.persona.Persona;
import dev.antiphon.testkit.simulator.persona.Reply;
import dev.antiphon.testkit.simulator.persona.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * A script made of rules: when this arrives, do that.
 *
 * <pre>{@code
 * Scenario.builder()
 *     .whenUserSays("weather").say("One moment.").call("lookup", "{\"city\":\"Paris\"}")
 *     .whenToolAnswers().say("It is sunny.")
 *     .whenUserSpeaks().echo()
 *     .whenReceived("session.update").nth(1).say("Welcome.")
 *     .whenReceived("input_audio_buffer.commit").hold(gate).close(1011, "gone")
 *     .build()
 * }</pre>
 *
 * <p>There are two kinds of rules. Those about the user ({@code whenUser…}, {@code whenTool…},
 * {@code whenAsked}) say what the assistant answers when a response begins; the first that matches decides,
 * and the simulator's persona answers where none does. Their steps are the outputs of that one response, and
 * waits among them happen inside it.
 *
 * <p>Those about client events ({@code whenReceived}) act on the socket, or the data channel, after the assistant has dealt with the
 * event, or {@link Builder#instead} of it; every rule that matches acts. Their steps run one after the other:
 * what is said becomes a response of its own, and the next step waits for its end.
 *
 * <p>A scenario can be read from JSON; {@code docs/simulator.md} describes the form. It holds no state of a
 * conversation, so one scenario may serve many simulators, whose gates are then common.
 */
public final class Scenario implements Script {
    private record TurnRule(Predicate<Turn> when, int nth, Reply reply) {}

    private record EventRule(String type, BiPredicate<Integer, JsonView> when, boolean instead, List<Act> acts) {}

    /** One step of a rule about an event. */
    sealed interface Act {
        record Respond(Reply reply) implements Act {}

        record Send(String event) implements Act {}

        record Pause(Duration length) implements Act {}

        record Hold(Gate gate) implements Act {}

        record Open(Gate gate) implements Act {}

        record Close(int code, String reason) implements Act {}

        record Drop() implements Act {}

        record Reset() implements Act {}
    }

    private final List<TurnRule> turns;
    private final List<EventRule> events;
    private final List<Infliction> misfortunes;
    private final List<McpServer> mcpServers;
    private final Map<String, Gate> gates;

    /** How many events of each type a connection has sent. Confined to the loop. */
    private final Map<Connection, Map<String, Integer>> counts = new WeakHashMap<>();

    private Scenario(Builder builder) {
        turns = List.copyOf(builder.turns);
        events = List.copyOf(builder.events);
        misfortunes = List.copyOf(builder.misfortunes);
        mcpServers = List.copyOf(builder.mcpServers);
        gates = Map.copyOf(builder.gates);
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads a scenario from a JSON file.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it says something that is not understood; the message names the place
     */
    public static Scenario read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    /**
     * Reads a scenario from JSON text, in which comments are allowed.
     *
     * @throws IllegalArgumentException if it says something that is not understood; the message names the place
     */
    public static Scenario parse(String json) {
        return ScenarioFile.read(json);
    }

    /** The gate of this name, for a test that opens it; empty if no rule or misfortune names it. */
    @Override
    public Optional<Gate> gate(String name) {
        return Optional.ofNullable(gates.get(name));
    }

    @Override
    public List<Infliction> misfortunes() {
        return misfortunes;
    }

    @Override
    public List<McpServer> mcpServers() {
        return mcpServers;
    }

    @Override
    public Persona persona(Persona otherwise) {
        return new Persona() {
            @Override
            public Reply reply(Turn turn) {
                return turns.stream()
                        .filter(rule -> (rule.nth == 0 || rule.nth == turn.number()) && rule.when.test(turn))
                        .findFirst()
                        .map(TurnRule::reply)
                        .orElseGet(() -> otherwise.reply(turn));
            }

            @Override
            public String transcribe(Duration heard) {
                return otherwise.transcribe(heard);
            }
        };
    }

    @Override
    public boolean handle(Connection connection, JsonView event) {
        int ordinal =
                counts.computeIfAbsent(connection, first -> new HashMap<>()).merge(event.type(), 1, Integer::sum);
        boolean instead = false;
        for (EventRule rule : matching(event, ordinal)) {
            instead |= rule.instead;
        }
        if (instead) {
            act(connection, event, ordinal);
        }
        return instead;
    }

    @Override
    public void handled(Connection connection, JsonView event) {
        int ordinal = counts.getOrDefault(connection, Map.of()).getOrDefault(event.type(), 0);
        act(connection, event, ordinal);
    }

    private void act(Connection connection, JsonView event, int ordinal) {
        matching(event, ordinal).forEach(rule -> run(rule.acts.iterator(), connection));
    }

    private List<EventRule> matching(JsonView event, int ordinal) {
        return events.stream()
                .filter(rule -> rule.type.equals(event.type()) && rule.when.test(ordinal, event))
                .toList();
    }

    private static void run(Iterator<Act> acts, Connection connection) {
        while (acts.hasNext() && connection.isOpen()) {
            Act act = acts.next();
            if (act instanceof Act.Respond respond) {
                connection.respond(respond.reply(), () -> run(acts, connection));
                return;
            }
            if (act instanceof Act.Pause pause) {
                connection.later(pause.length(), () -> run(acts, connection));
                return;
            }
            if (act instanceof Act.Hold hold) {
                hold.gate().pass(() -> connection.later(Duration.ZERO, () -> run(acts, connection)));
                return;
            }
            act(act, connection);
        }
    }

    private static void act(Act act, Connection connection) {
        if (act instanceof Act.Send send) {
            connection.send(send.event());
        } else if (act instanceof Act.Open open) {
            open.gate().open();
        } else if (act instanceof Act.Close close) {
            connection.close(close.code(), close.reason());
        } else if (act instanceof Act.Drop) {
            connection.drop();
        } else if (act instanceof Act.Reset) {
            connection.reset();
        } else {
            throw new IllegalStateException("unknown step " + act);
        }
    }

    @Override
    public String toString() {
        return "Scenario[" + turns.size() + " rules about the user, " + events.size() + " about events]";
    }

    /** Rules in the making: a {@code when…} begins a rule, what follows belongs to it. Not thread-safe. */
    public static final class Builder {
        private final List<TurnRule> turns = new ArrayList<>();
        private final List<EventRule> events = new ArrayList<>();
        private final List<Infliction> misfortunes = new ArrayList<>();
        private final List<McpServer> mcpServers = new ArrayList<>();
        private final Map<String, Gate> gates = new HashMap<>();

        // The rule at hand: about the user or about an event, or none.
        private Optional<Predicate<Turn>> aboutUser = Optional.empty();
        private Optional<String> aboutEvent = Optional.empty();
        private Predicate<JsonView> where = event -> true;
        private int nth;
        private boolean instead;
        private final List<Act> acts = new ArrayList<>();

        private Builder() {}

        /** When a response begins to a text that contains this, in whatever case. */
        public Builder whenUserSays(String part) {
            return aboutUser(turn ->
                    turn.userText().isPresent() && contains(turn.userText().get(), part));
        }

        /** When a response begins to something spoken. */
        public Builder whenUserSpeaks() {
            return aboutUser(turn -> turn.audioHeard().isPresent());
        }

        /** When a response begins to the result of a tool. */
        public Builder whenToolAnswers() {
            return aboutUser(turn -> turn.toolOutput().isPresent());
        }

        /** When a response begins, whatever came before. */
        public Builder whenAsked() {
            return aboutUser(turn -> true);
        }

        /** When a client event of this type arrives, on a websocket or on a data channel. */
        public Builder whenReceived(String eventType) {
            finishRule();
            aboutEvent = Optional.of(eventType);
            return this;
        }

        private Builder aboutUser(Predicate<Turn> when) {
            finishRule();
            aboutUser = Optional.of(when);
            return this;
        }

        private static boolean contains(String text, String part) {
            return text.toLowerCase(java.util.Locale.ROOT).contains(part.toLowerCase(java.util.Locale.ROOT));
        }

        /** Only for the {@code ordinal}th response of a conversation, or event of that type on a connection, from 1. */
        public Builder nth(int ordinal) {
            requireRule();
            nth = ordinal;
            return this;
        }

        /** Only if the event has this text, number or boolean at this path, such as {@code item.role}. */
        public Builder where(String path, String value) {
            requireEventRule("where");
            Predicate<JsonView> before = where;
            where = event -> before.test(event) && event.text(path).equals(value);
            return this;
        }

        /** The assistant does not see the event. */
        public Builder instead() {
            requireEventRule("instead");
            instead = true;
            return this;
        }

        /** Says this, or writes it if the session asks for text. */
        public Builder say(String text) {
            return reply(Reply.say(text));
        }

        /** Makes speech-like sound for this long. */
        public Builder speak(Duration length) {
            return reply(Reply.speak(length));
        }

        /** Plays the user's own sound back. */
        public Builder echo() {
            return reply(Reply.echo());
        }

        /** Calls a tool, {@code SERVER/TOOL} for one of MCP; {@code argumentsJson} is sent as it is. */
        public Builder call(String tool, String argumentsJson) {
            return reply(Reply.call(tool, argumentsJson));
        }

        /** Lets the response fail. */
        public Builder fail(String type, String code) {
            return reply(Reply.fail(type, code));
        }

        /** Ends the response before its time, for example because of {@code content_filter}. */
        public Builder cutShort(String reason) {
            return reply(Reply.cutShort(reason));
        }

        /** Says nothing: the response completes without output. */
        public Builder sayNothing() {
            return reply(Reply.nothing());
        }

        private Builder reply(Reply reply) {
            requireRule();
            int last = acts.size() - 1;
            if (last >= 0 && acts.get(last) instanceof Act.Respond before) {
                acts.set(last, new Act.Respond(before.reply().then(reply)));
            } else {
                acts.add(new Act.Respond(reply));
            }
            return this;
        }

        /** Waits, by the simulator's clock. */
        public Builder pause(Duration length) {
            return aboutUser.isPresent() ? reply(Reply.pause(length)) : act(new Act.Pause(length), "pause");
        }

        /** Waits until a gate is open. */
        public Builder hold(Gate gate) {
            return aboutUser.isPresent() ? reply(Reply.waitFor(gate::pass)) : act(new Act.Hold(gate), "hold");
        }

        /** Waits until the gate of this name is open, see {@link Scenario#gate}. */
        public Builder hold(String gate) {
            return hold(named(gate));
        }

        /** Opens the gate of this name. */
        public Builder open(String gate) {
            return act(new Act.Open(named(gate)), "open");
        }

        /** Sends a server event as it is, which need not even be JSON. */
        public Builder send(String event) {
            return act(new Act.Send(event), "send");
        }

        /** Sends a close frame. */
        public Builder close(int code, String reason) {
            return act(new Act.Close(code, reason), "close");
        }

        /** Ends TCP with FIN and no close frame. */
        public Builder drop() {
            return act(new Act.Drop(), "drop");
        }

        /** Ends TCP with RST. */
        public Builder reset() {
            return act(new Act.Reset(), "reset");
        }

        /** Lets a misfortune happen in the simulators that play this scenario. */
        public Builder inflict(Infliction infliction) {
            misfortunes.add(infliction);
            return this;
        }

        /** A tool server that sessions may name by its label. */
        public Builder mcp(McpServer server) {
            mcpServers.add(server);
            return this;
        }

        private Builder act(Act act, String name) {
            requireEventRule(name);
            acts.add(act);
            return this;
        }

        Gate named(String name) {
            return gates.computeIfAbsent(name, Gate::new);
        }

        private void requireRule() {
            if (aboutUser.isEmpty() && aboutEvent.isEmpty()) {
                throw new IllegalStateException("begin a rule first: whenUserSays, whenReceived, …");
            }
        }

        private void requireEventRule(String step) {
            requireRule();
            if (aboutEvent.isEmpty()) {
                throw new IllegalStateException(
                        "'" + step + "' belongs to a rule about an event: a rule about the user says what is answered");
            }
        }

        private void finishRule() {
            if (aboutUser.isPresent()) {
                Reply reply = acts.isEmpty() ? Reply.nothing() : ((Act.Respond) acts.get(0)).reply();
                turns.add(new TurnRule(aboutUser.get(), nth, reply));
            } else if (aboutEvent.isPresent()) {
                int ordinal = nth;
                Predicate<JsonView> condition = where;
                events.add(new EventRule(
                        aboutEvent.get(),
                        (number, event) -> (ordinal == 0 || ordinal == number) && condition.test(event),
                        instead,
                        List.copyOf(acts)));
            }
            aboutUser = Optional.empty();
            aboutEvent = Optional.empty();
            where = event -> true;
            nth = 0;
            instead = false;
            acts.clear();
        }

        public Scenario build() {
            finishRule();
            return new Scenario(this);
        }
    }
}
